/** Whether a form offers a code: it is in use, and not refused in a registration. */
export const isOffered = ({ active, refused = false }: { active: boolean; refused?: boolean | undefined }): boolean => active && !refused;
