/** Converts the fields of an entry to spreadsheet cells and back: an import reads what an export writes without a change. */
import type { Code, CodeLists, SubjectCode } from './codes.js';
import { foldText } from './names.js';

const SEXES = { male: ['男', 'male', 'm', '男性', '先生'], female: ['女', 'female', 'f', '女性', '小姐', '女士'] } as const;

export const sexText = (sex: 'male' | 'female'): string => SEXES[sex][0];

export function readSex(text: string): 'male' | 'female' | null {
  const folded = foldText(text);
  if ((SEXES.male as readonly string[]).includes(folded)) return 'male';
  return (SEXES.female as readonly string[]).includes(folded) ? 'female' : null;
}

const named = new WeakMap<readonly Code[], Map<string, Code[]>>();

/** The codes that each folded name of a list may mean; made once per list. */
function namesOf(list: readonly Code[]): Map<string, Code[]> {
  let names = named.get(list);
  if (!names) {
    names = new Map();
    for (const item of list) {
      for (const name of new Set([...Object.values(item.names).map(foldText), item.code.toLowerCase()]))
        names.set(name, [...(names.get(name) ?? []), item]);
    }
    named.set(list, names);
  }
  return names;
}

/** The code that a text means: the code itself or a name. Active codes come before retired ones. */
export function readCode(list: readonly Code[], text: string): string | null {
  const meant = namesOf(list).get(foldText(text)) ?? [];
  return (meant.find(({ active }) => active) ?? meant[0])?.code ?? null;
}

const ofStage = new WeakMap<CodeLists, Map<string, SubjectCode[]>>();

/** The subjects of a stage; always the same array, so that results can be cached by it. */
function subjectsOf(codes: CodeLists, stage: string): readonly SubjectCode[] {
  let stages = ofStage.get(codes);
  if (!stages) ofStage.set(codes, (stages = new Map()));
  let subjects = stages.get(stage);
  if (!subjects) stages.set(stage, (subjects = codes.subjects.filter((subject) => subject.stage === stage)));
  return subjects;
}

/** A name that reads back as its code; else the code itself. */
export function codeText(list: readonly Code[], code: string): string {
  const name = list.find((item) => item.code === code)?.names['zh-Hant'];
  return name !== undefined && name.trim() === name && readCode(list, name) === code ? name : code;
}

const SEPARATORS = /[、,，;；\n]/u;

function readSubject(codes: CodeLists, text: string, stage: string | null): string | null {
  const exact = codes.subjects.find(({ code }) => code === text);
  if (exact) return exact.code;
  const folded = foldText(text);
  for (const { code, names } of codes.stages) {
    for (const name of Object.values(names).map(foldText)) {
      if (!folded.startsWith(name)) continue;
      const rest = folded.slice(name.length).replace(/^[\s\-·/:]+/u, '');
      const found =
        rest &&
        readCode(
          codes.subjects.filter((subject) => subject.stage === code),
          rest,
        );
      if (found) return found;
    }
  }
  if (stage !== null) return readCode(subjectsOf(codes, stage), text);
  const meant = (namesOf(codes.subjects).get(folded) ?? []).filter(({ active }) => active);
  return meant.length === 1 ? meant[0]!.code : null;
}

/** The codes of a cell such as 「國小 國語文、國小 數學」. A name without a stage belongs to the stage of the row. Unknown names are in `unknown`. */
export function readSubjects(codes: CodeLists, text: string, stage: string | null): { subjects: string[]; unknown: string[] } {
  const parts = text
    .split(SEPARATORS)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const read = parts.map((part) => readSubject(codes, part, stage));
  return { subjects: read.filter((code) => code !== null), unknown: parts.filter((_, index) => read[index] === null) };
}

export function subjectsText(codes: CodeLists, subjects: readonly string[]): string {
  return subjects
    .map((code) => {
      const subject = codes.subjects.find((item) => item.code === code);
      const stage = codes.stages.find((item) => item.code === subject?.stage);
      const name = subject && stage ? `${stage.names['zh-Hant']} ${subject.names['zh-Hant']}` : code;
      return !SEPARATORS.test(name) && readSubject(codes, name, null) === code ? name : code;
    })
    .join('、');
}

const FORMULA = /^\s*[=+\-@\t\r＝＋－＠']/u;

/** Puts an apostrophe before a cell that a spreadsheet would read as a formula. */
export function guardFormula(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** Removes that apostrophe. */
export function unguardFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
