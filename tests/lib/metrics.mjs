// The text format of Prometheus, read as strictly as its own checker does: every family has one HELP and one TYPE before its samples, which stand
// together; names and units follow the conventions; no series twice; histograms add up.
import assert from 'node:assert/strict';

const number = (text) => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : text === 'NaN' ? NaN : Number(text));

function labelsOf(text, line) {
  const labels = {};
  let rest = text ?? '';
  while (rest) {
    const m = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?=.)|$)/.exec(rest);
    assert.ok(m, `labels: ${line}`);
    assert.ok(!(m[1] in labels) && !m[1].startsWith('__'), `label ${m[1]}: ${line}`);
    labels[m[1]] = m[2];
    rest = rest.slice(m[0].length);
  }
  return labels;
}

function checkHistogram(f) {
  const groups = new Map();
  for (const s of f.samples) {
    const { le, ...rest } = s.labels;
    const key = JSON.stringify(rest);
    if (!groups.has(key)) groups.set(key, { buckets: [] });
    const g = groups.get(key);
    if (s.name.endsWith('_bucket')) g.buckets.push([number(le), s.value]);
    else g[s.name.slice(f.name.length + 1)] = s.value;
  }
  for (const [key, g] of groups) {
    const where = `${f.name}${key}`;
    assert.ok(g.buckets.length > 1 && 'sum' in g && 'count' in g, where);
    g.buckets.forEach(([le, n], i) => assert.ok(i === 0 || (le > g.buckets[i - 1][0] && n >= g.buckets[i - 1][1]), `${where}: buckets grow`));
    assert.deepEqual(g.buckets.at(-1), [Infinity, g.count], `${where}: the last bucket is all`);
  }
}

function checkNames(f) {
  assert.match(f.name, /^[a-z][a-z0-9_]*$/);
  assert.ok(f.help && /\.$/.test(f.help), `${f.name} has no help`);
  assert.ok(['counter', 'gauge', 'histogram'].includes(f.type), f.name);
  assert.equal(f.name.endsWith('_total'), f.type === 'counter', `${f.name}: counters, and they alone, end in _total`);
  assert.ok(!/_(ms|us|milliseconds|microseconds|kb|mb|minutes)(_|$)/.test(f.name), `${f.name}: seconds and bytes are the units`);
  assert.ok(!/_(count|sum|bucket)$/.test(f.name), `${f.name}: an ending of histograms`);
}

/** The families of a page: Map name -> {name, help, type, samples: [{name, labels, value}]}. */
export function readMetrics(text) {
  assert.ok(text.endsWith('\n') && !text.includes('\r'));
  const families = new Map(), seen = new Set();
  let now = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const head = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (head?.[1] === 'HELP') {
      assert.ok(!families.has(head[2]), `${head[2]} stands twice`);
      families.set(head[2], (now = { name: head[2], help: head[3], type: null, samples: [] }));
      continue;
    }
    if (head) {
      assert.ok(now?.name === head[2] && !now.type && !now.samples.length, line);
      now.type = head[3];
      continue;
    }
    const m = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    assert.ok(m, `no sample: ${line}`);
    const ends = now.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    assert.ok(ends.some((end) => m[1] === now.name + end), `${line} stands under ${now.name}`);
    const sample = { name: m[1], labels: labelsOf(m[2], line), value: number(m[3]) };
    assert.ok(!Number.isNaN(sample.value), line);
    if (now.type !== 'gauge') assert.ok(sample.value >= 0, line);
    const series = m[1] + JSON.stringify(Object.entries(sample.labels).sort());
    assert.ok(!seen.has(series), `twice: ${line}`);
    seen.add(series);
    now.samples.push(sample);
  }
  for (const f of families.values()) {
    checkNames(f);
    if (f.type === 'histogram') checkHistogram(f);
  }
  return families;
}

/** The sum of a family's samples whose labels are these. */
export function figure(families, name, labels = {}) {
  const f = families.get(name) ?? families.get(name.replace(/_(sum|count)$/, ''));
  assert.ok(f, `there is no ${name}`);
  return f.samples.filter((s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v)).reduce((n, s) => n + s.value, 0);
}
