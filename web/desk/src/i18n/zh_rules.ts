/* Rules by date: what figures are counted with, from when to when. */
export const zhRules = {
  rules: {
    title: '统计规则', help: '报表按这些规则统计。改动从所选的业务日起生效，之前的日子仍按原来的规则；已月结的月份不受影响。',
    from: '生效日期', since: (day: string) => `自 ${day} 起`, ever: '最初', everLong: '自最初起', next: (day: string, value: string) => `${day} 起改为 ${value}`,
    today: '今天', tomorrow: '明天', month: '本月 1 日', nextMonth: '下月 1 日', hold: (day: string) => `从 ${day} 起生效`, past: (n: number) => `将重新统计 ${n} 天的数据`, pastEver: '将重新统计以前全部的数据',
    changes: '变更记录', noChanges: '没有变更', noChangesHelp: '改动规则后，这里列出从哪天起、由谁、从什么改成什么。', what: '规则', before: '原来', after: '改为', by: '操作人', imported: '导入', at: '操作时间',
    states: { past: '已被取代', present: '生效中', future: '未生效' } as Record<string, string>, back: '撤回', backAsk: (what: string, day: string) => `撤回「${what}」${day} 起的变更？`, backHelp: '这一变更还没有生效，撤回后各天都不受影响。', backDone: '已撤回',
    profileChanges: '统计口径的变更', reset: '恢复默认', abandoned: ['计为未达标', '不计', '等待超时限才计'], none: '（空）',
    mixed: '本期各段按不同规则统计', span: (from: string, to: string) => `${from} 至 ${to}`, several: '期间有变更',
  },
};
