// A spreadsheet file, opened by hand: a zip of XML.
import { inflateRawSync } from 'node:zlib';

export function unzip(bytes) {
  const b = Buffer.from(bytes), files = {};
  let end = b.length - 22;
  while (end >= 0 && b.readUInt32LE(end) !== 0x06054b50) end--;
  let at = b.readUInt32LE(end + 16);
  for (let i = 0; i < b.readUInt16LE(end + 10); i++) {
    const method = b.readUInt16LE(at + 10), size = b.readUInt32LE(at + 20), name = b.readUInt16LE(at + 28), extra = b.readUInt16LE(at + 30), comment = b.readUInt16LE(at + 32);
    const local = b.readUInt32LE(at + 42), from = local + 30 + b.readUInt16LE(local + 26) + b.readUInt16LE(local + 28);
    const data = b.subarray(from, from + size);
    files[b.toString('utf8', at + 46, at + 46 + name)] = (method === 8 ? inflateRawSync(data) : data).toString('utf8');
    at += 46 + name + extra + comment;
  }
  return files;
}

const plain = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

/** {sheets: [{name, cells: {A1: {value, format}}, frozen, filter, formulas}]} */
export function openXlsx(bytes) {
  const files = unzip(bytes);
  const styles = files['xl/styles.xml'];
  const custom = Object.fromEntries([...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map((m) => [m[1], plain(m[2])]));
  const known = { 0: 'General', 3: '#,##0', 4: '#,##0.00', 10: '0.00%' };
  const formats = [...styles.match(/<cellXfs[\s\S]*?<\/cellXfs>/)[0].matchAll(/<xf numFmtId="(\d+)"/g)].map((m) => custom[m[1]] ?? known[m[1]] ?? m[1]);
  const names = [...files['xl/workbook.xml'].matchAll(/<sheet name="([^"]*)"/g)].map((m) => plain(m[1]));
  const sheets = names.map((name, i) => {
    const xml = files[`xl/worksheets/sheet${i + 1}.xml`], cells = {};
    for (const [, ref, style, inside] of xml.matchAll(/<c r="([A-Z]+\d+)"(?: s="(\d+)")?[^>\/]*>([\s\S]*?)<\/c>/g)) {
      const text = /<t[^>]*>([\s\S]*?)<\/t>/.exec(inside), number = /<v>([\s\S]*?)<\/v>/.exec(inside);
      cells[ref] = { value: text ? plain(text[1]) : number ? Number(number[1]) : '', format: formats[Number(style ?? 0)] };
    }
    return { name, cells, frozen: /<pane [^>]*state="frozen"/.test(xml), filter: /<autoFilter ref="([^"]*)"/.exec(xml)?.[1], formulas: /<f>/.test(xml) };
  });
  return { sheets };
}
