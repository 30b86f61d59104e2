// Writes a made-up nation for `kit load`: node build/nation.mjs FILE.json [schools] [teachers]
import { createWriteStream } from 'node:fs';
import { MadeUpPeople } from '../dist/server/reference/made-up.js';

const [file = 'nation.json', schools = '4000', teachers = '300000'] = process.argv.slice(2);
const people = new MadeUpPeople(2026);
const out = createWriteStream(file);
const write = (text) => out.write(text) || new Promise((resolve) => out.once('drain', resolve));
const code = (index) => String(100_000 + index);

const units = [{ code: 'MOE', name: '教育部', level: 'ministry' }];
for (let county = 1; county <= 22; county++)
  units.push({ code: `C${county}`, name: `第${county}縣市教育局`, level: 'county', parentCode: 'MOE' });
for (let index = 0; index < Number(schools); index++)
  units.push({ code: code(index), name: `第${index}國民小學`, level: 'school', parentCode: `C${(index % 22) + 1}` });
const account = (unitCode, username, role) => {
  const { name, sex } = people.person();
  return {
    unitCode,
    username,
    password: `made-up ${username} 2026`,
    name,
    sex,
    title: '承辦人',
    email: `${username}@example.test`,
    phone: '02-7712-3456',
    role,
    status: 'active',
  };
};
const accounts = [
  account('MOE', 'moe', 'head'),
  ...Array.from({ length: 22 }, (_, index) => account(`C${index + 1}`, `county${index + 1}`, 'head')),
  ...Array.from({ length: 77 }, (_, index) => account(code(index), `head${index}`, 'head')),
];
await write(`{"units":${JSON.stringify(units)},"accounts":${JSON.stringify(accounts)},"teachers":[`);
for (let index = 0; index < Number(teachers); index++) {
  const { idKind: _kind, ...person } = people.person(index % 97 === 0 ? 'resident' : 'national');
  const pending = index % 40 === 0;
  const teacher = {
    ...person,
    unitCode: code(index % Number(schools)),
    title: index % 25 === 0 ? 'staff' : 'teacher',
    stage: 'elementary',
    subjects: ['elementary.mandarin', 'elementary.science'],
    ...(pending ? {} : { username: `teacher${index}`, email: `t${index}@example.test`, status: 'active' }),
  };
  await write(`${index === 0 ? '' : ','}${JSON.stringify(teacher)}`);
}
out.end(']}');
