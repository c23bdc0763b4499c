/* Reports of what was sold: funnel, sales, payment, refunds; working time; calls; what the service brought. */
export const zhSales = {
  sal: {
    attribution: '归属规则', rules: { '': '默认归属规则', created: '下单判定', 'created-first': '下单优先判定', paid: '付款判定' } as Record<string, string>, candidates: { time: '多人接待归最后一位', rounds: '多人接待归轮次最多者' } as Record<string, string>,
    windows: { inquiry_days: '询单时效', payment_days: '付款时效', after_sales_days: '售后时效', nudge_min: '催付无效时限' } as Record<string, string>, salesAre: '销售额', refundsAre: { none: '不扣退款', refund_day: '退款日扣除退款', order_day: '订单日扣除退款' } as Record<string, string>,
    withPostage: '含邮费', withoutPostage: '不含邮费', ordersOut: '未计订单', leftOut: { flag: '指定旗帜', own_staff: '内部人员' } as Record<string, string>,
    created: '下单', paid: '付款', pieces: (n: string) => `${n} 件`, silent: '静默下单', refunded: '已退', notDone: '未完成', allRules: '三种规则均归', nobody: '无人（静默）', another: '其他客服', noOrders: '没有订单', toSession: '查看会话',
    kinds: { refund_only: '仅退款', return: '退货退款', exchange: '换货', compensation: '补偿' } as Record<string, string>,
    cells: { own_own: '自下自付', own_other: '自下他付', other_own: '他下自付', silent_own: '静默下单自付', silent_follow: '全静默自跟' } as Record<string, string>, assists: { order: '协助下单', payment: '协助付款', follow: '协助跟进' } as Record<string, string>,
    cellHelp: {
      own_own: '促成下单，付款前也是自己接待', own_other: '促成下单，付款前是他人接待', other_own: '他人促成下单，自己在付款前接待', silent_own: '客户自己下单，付款前由客服接待（催付）', silent_follow: '客户自己下单并付款，付款后由客服首先跟进',
    } as Record<string, string>,
    measures: { persons: '人数', items: '件数', orders: '订单', amount: '金额' } as Record<string, string>, cell: '落实付款', allAgents: '全部客服', measure: '计量',
    funnel: {
      title: '转化漏斗', of: '漏斗范围', stage: '环节', persons: '人数', ofPrevious: '占上一环节', ofFirst: '占询单', soFar: (n: string) => `目前 ${n}`, stages: { receive_num: '接待', inquiry_num: '询单', ordered_num: '下单', paid_num: '付款' } as Record<string, string>,
      open: (days: number, day: string) => `询单后 ${days} 天内的下单和付款还可能发生，${day} 之后的数据尚未定案，显示为延迟统计。`, settled: '只看已定案的日期',
    },
    calls: { end: '通话结果', all: '全部结果', ends: { answered: '接通', abandoned: '放弃', busy: '忙线', failed: '失败' }, queued: '排队', talk: '通话', hold: '保持', wrapup: '整理', none: '没有通话' },
    side: { title: '三种归属规则对照', help: '同一批订单，按三种规则各归谁。下单判定计在下单日，其余计在付款日。', orders: '订单', sales: '销售额', now: '（当前）' },
    reasons: { title: '退款原因', none: '没有已完成的退款', noneHelp: '退款计在订单归属的客服与订单日，不计在处理售后的客服。', reason: '原因', unknown: '（未填写）', orders: '订单', refunds: '退款笔数', items: '退款件数', returned: '退货件数', amount: '退款金额', refundRate: '退款率', returnRate: '退货率', rateHelp: '÷ 全部销售件数，各原因相加即为总退款率' },
    spread: {
      title: '响应时长分布', of: '统计对象', first_reply: '首次响应', reply: '每轮响应', count: '次数', within: '累计占比', step: (a: string, b: string) => `${a}–${b} 秒`, last: (a: string) => `≥ ${a} 秒`, none: '这段时间没有人工回复', tip: (range: string, n: string, part: string) => `${range}\n${n} 次\n其内累计 ${part}`, byAgent: '各客服的中位数、90 分位与 99 分位',
      tipAgent: (name: string, a: string, b: string, c: string, n: string) => `${name}\n中位数 ${a}\n90 分位 ${b}\n99 分位 ${c}\n${n} 次`, percentile: (p: number) => (p === 50 ? '中位数' : `${p} 分位`),
    },
    worth: {
      title: '客服价值报告', print: '打印', made: (when: string) => `生成于 ${when}`, sold: '客服卖出了多少', saved: '客服挽回了多少', served: '服务得怎么样', best: '贡献最大的客服', daily: '每日销售额：客服与静默', service: '客服销售', silentSales: '静默销售', shop: '店铺销售', share: '占店铺', than: (d: string) => `对比 ${d}`, before: '前一段', now: '本期', gap: '', ofService: '占客服销售', csat: '满意率',
      nudged: '催付挽回', nudgedHelp: '客户自己下单未付，客服跟进后付款', followed: '接力付款', followedHelp: '他人促成的订单，由客服跟到付款', lost: '询单流失', lostHelp: '来问过、窗口内没有下单', refunded: '退款金额', persons: (n: string) => `${n} 人`, orders: (n: string) => `${n} 单`, agent: '客服', rate: '转化率',
      sentence: (sales: string, share: string, orders: string) => `客服促成销售 ${sales}，占店铺销售额的 ${share}，共 ${orders} 单。`, sentenceNoShare: (sales: string, orders: string) => `客服促成销售 ${sales}，共 ${orders} 单。`,
      saving: (persons: string, amount: string) => `催付挽回 ${persons} 位自己下单未付款的客户，金额 ${amount}。`, converting: (rate: string) => `询单转化率 ${rate}。`, happy: (rate: string, n: string) => `收到评价 ${n} 条，满意率 ${rate}。`, none: '这段时间没有订单', noneHelp: '导入订单后，这里说明客服卖出和挽回了多少。',
    },
  },
};
