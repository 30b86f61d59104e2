/**
 * Made-up people, the same ones for the same seed. Their identity numbers have valid check digits and are not taken from real
 * people.
 */
import { nationalIdChecksum, type IdKind, type Sex } from '../domain/national-id.js';

const SURNAMES = [
  ...'王李張劉陳楊黃吳林周徐孫馬朱胡郭何高羅鄭梁謝宋唐許鄧馮韓曹曾彭蕭蔡潘田董袁于余葉蔣杜蘇魏程呂丁沈任姚盧傅鍾姜崔譚廖范汪陸金石戴賈韋夏邱方侯鄒熊孟秦白江閻薛尹段雷黎史龍陶賀顧毛郝龔邵萬錢嚴賴武孔湯',
];
const GIVEN = [
  ...'雅婷怡君俊傑佩珊志明淑芬家豪美玲宗翰欣怡建宏惠如冠宇詩涵承恩佳穎柏翰宜蓁子軒筱婷彥廷雅雯信宏玉珍文雄秀英國強麗華金龍素貞明哲靜宜偉倫慧敏振宇曉萍',
];
const LONG_NAMES = ['以新‧伊斯瑪哈單', '阮氏金鸞', 'Nguyễn Thị Hoa', 'Emily Rose Watson', '𠮷野麗子', '瓦歷斯‧諾幹', '巴代', '游錫堃'];

export interface MadeUpPerson {
  name: string;
  sex: Sex;
  nationalId: string;
  birthDate: string;
  idKind: IdKind;
}

/** mulberry32: small, and random enough for made-up people. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SECOND: Record<IdKind, Record<Sex, string>> = {
  national: { male: '1', female: '2' },
  resident: { male: '8', female: '9' },
  'resident-old': { male: 'A', female: 'B' },
};

/** The valid number of a kind with these seven digits in the middle. There are 260,000,000 for each kind and sex. */
export function madeUpId(kind: IdKind, sex: Sex, serial: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const letter = letters.charAt(Math.floor(serial / 10_000_000) % 26);
  const body = `${letter}${SECOND[kind][sex]}${String(serial % 10_000_000).padStart(7, '0')}`;
  const check = (10 - (nationalIdChecksum(`${body}0`) % 10)) % 10;
  return `${body}${check}`;
}

export class MadeUpPeople {
  #random: () => number;
  #serial: number;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#serial = seed * 1_000_003;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  number(below: number): number {
    return Math.floor(this.#random() * below);
  }

  person(kind: IdKind = 'national'): MadeUpPerson {
    const sex: Sex = this.#random() < 0.5 ? 'male' : 'female';
    const long = this.#random() < 0.03;
    const name = long ? this.pick(LONG_NAMES) : this.pick(SURNAMES) + this.pick(GIVEN) + (this.#random() < 0.92 ? this.pick(GIVEN) : '');
    const year = 1962 + this.number(38);
    const birthDate = `${year}-${String(1 + this.number(12)).padStart(2, '0')}-${String(1 + this.number(28)).padStart(2, '0')}`;
    // A step that shares no factor with ten million spreads the digits and never repeats.
    this.#serial += 7_654_321;
    return { name, sex, nationalId: madeUpId(kind, sex, this.#serial % 260_000_000), birthDate, idKind: kind };
  }
}
