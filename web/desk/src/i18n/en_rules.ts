import type { zhRules } from './zh_rules';

export const enRules: typeof zhRules = {
  rules: {
    title: 'Counting rules', help: 'Reports count by these rules. A change holds from the business day you choose; earlier days keep the rules they had, and closed months are never touched.',
    from: 'Holds from', since: (day) => `since ${day}`, ever: 'the beginning', everLong: 'from the beginning', next: (day, value) => `${value} from ${day} on`,
    today: 'Today', tomorrow: 'Tomorrow', month: 'First of this month', nextMonth: 'First of next month', hold: (day) => `Holds from ${day}`, past: (n) => `${n} past ${n === 1 ? 'day is' : 'days are'} counted again`, pastEver: 'All earlier days are counted again',
    changes: 'Changes', noChanges: 'No changes yet', noChangesHelp: 'Once a rule is changed, this lists from which day, by whom, from what to what.', what: 'Rule', before: 'Before', after: 'After', by: 'Changed by', imported: 'An import', at: 'Changed at',
    states: { past: 'Replaced', present: 'In force', future: 'To come' }, back: 'Take back', backAsk: (what, day) => `Take back the change of "${what}" from ${day}?`, backHelp: 'It does not hold yet: no day is counted otherwise.', backDone: 'Taken back',
    profileChanges: 'Changes of the profile', reset: 'Back to default', abandoned: ['Count against it', 'Left out', 'Count when they waited longer'], none: '(empty)',
    mixed: 'Parts of this span are counted by different rules', span: (from, to) => `${from} to ${to}`, several: 'changed in this span',
  },
};
