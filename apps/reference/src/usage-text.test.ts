import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { toCsvLine } from './usage-text.ts';

/** The fields of RFC 4180 text, read by its grammar alone. */
function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const records: string[][] = [];
  let record: string[] = [];
  while (field.lastIndex < text.length) {
    const [, quoted, plain, end] = field.exec(text) ?? assert.fail(`no field in ${text}`);
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

const VALUE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a,b', '"', 'two\r\nlines', '', ' ', "'", '\r', '说，“好”'),
);

test('[REF-120] what a reader of RFC 4180 finds in a line is what was put in', () => {
  fc.assert(
    fc.property(fc.array(fc.array(VALUE, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (records) => {
      const read = parseCsv(records.map(toCsvLine).join(''));
      const given = records.map((record) => record.map((value) => (startsFormula(value) ? `'${value}` : value)));
      assert.deepEqual(read, given);
    }),
    propertySeed(),
  );
});

const startsFormula = (text: string): boolean => text !== '' && '=+-@\t\r\n＝＋－＠'.includes(text.charAt(0));

test('[REF-120] no field begins what a spreadsheet would run', () => {
  const line = toCsvLine([
    '=1+1',
    '+1',
    '-1',
    '@sum',
    '\t=1',
    '＝1',
    '=HYPERLINK("http://example.test","x")',
    -5,
    'a=1',
  ]);
  assert.equal(line, `'=1+1,'+1,'-1,'@sum,'\t=1,'＝1,"'=HYPERLINK(""http://example.test"",""x"")",-5,a=1\r\n`);
});
