import type { StaffText } from './staff-text.ts';

/** `key:` at the beginning of a line of YAML, after its indent and the marks of lists. */
const keyOfLine = /^(\s*(?:- )*)([a-z][\w-]*):(?=\s|$)(.*)$/iu;
/** What says in YAML that a text of several lines follows. */
const blockMark = /^ [|>][-+]?$/u;
const roles = /^ (viewer|reviewer|editor|approver|admin)$/u;

/** Lines of YAML for people who do not write YAML: members and roles by their names, unknown ones as they are. */
export function nameKeys(yaml: string, t: StaffText): string {
  return yaml
    .split('\n')
    .map((line) => {
      const [, indent = '', key = '', value = ''] = keyOfLine.exec(line) ?? [];
      if (key === '' || !t.has(`key.${key}`)) return line;
      const role = key === 'role' ? roles.exec(value)?.[1] : undefined;
      const said = role === undefined ? value.replace(blockMark, '') : ` ${t(`role.${role}`)}`;
      return `${indent}${t(`key.${key}`)}:${said}`;
    })
    .join('\n');
}
