export interface EduinfoEntry {
  school: string;
  titles: string[];
}
export const STAFF_TITLES: readonly string[];
export function readEduinfo(eduinfo: unknown): EduinfoEntry[];
export function eduinfo(claims: Record<string, unknown>, accessToken: string, resource: string): Promise<EduinfoEntry[]>;
export function isOfSchools(entries: readonly EduinfoEntry[], schools: readonly string[], staffTitles?: readonly string[]): boolean;
