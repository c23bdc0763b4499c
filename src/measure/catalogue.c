#include "measure/catalogue.h"

#include <stdio.h>

#include "base/banned.h"

#define PERSONS(name) TALLY_##name, TALLY_##name##_CUSTOMERS
#define PERCENTILE(key, zh, en, how, sum, count, p)                                                                                                    \
	{ key "_p" #p, zh " P" #p, en ", p" #p, zh "的第 " #p " 百分位：至少 " #p "% 的值不超过它（取实际值，不插值）",                                   \
	  en ": the smallest value that at least " #p " % do not exceed (an actual value, not interpolated)",                                             \
	  UNIT_MS, DIRECTION_DOWN, how, sum, count, .percent = p }

const struct metric metrics[] = {
	{ "consult_num", "咨询人数", "Customers who wrote", "与客服有聊天对且发过消息的客户，去重；各客服之和可大于店铺数",
	  "Distinct customers with a contact pair (shop, agent, customer, business day) who wrote; the sum over agents can exceed the shop's figure",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_DISTINCT, PERSONS(CONSULT), .brief = true },
	{ "receive_num", "接待人数", "Received", "过滤后，客户与人工客服各至少发过一条消息的聊天对（店铺×客服×客户×业务日），不论谁先开始",
	  "Contact pairs, after filters, in which the customer and the human agent each sent at least one message, whoever began",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, PERSONS(RECEIVED), .brief = true },
	{ "first_reply_time", "首次响应", "First reply", "会话中首条客户消息到首次人工回复的时间之和 ÷ 有首次回复的会话数；转接后从转接时刻起算",
	  "Sum of (first human reply - first customer message of the session) / sessions with one; after a transfer the receiver's clock starts at the transfer",
	  UNIT_MS, DIRECTION_DOWN, METRIC_QUOTIENT, TALLY_FIRST_MS, TALLY_FIRST, .brief = true },
	{ "avg_reply_time", "平均响应", "Average reply", "各轮次（首条未回复的客户消息到其后首次人工回复）时间之和 ÷ 轮次数；轮次上限与剔除规则依统计口径",
	  "Sum of round times / rounds; a round runs from the first unanswered customer message to the first human reply after it; caps and exclusions as the profile says",
	  UNIT_MS, DIRECTION_DOWN, METRIC_QUOTIENT, TALLY_REPLY_MS, TALLY_REPLY, .brief = true },
	{ "answered_within_{n}", "{n_zh} 秒应答率", "Answered within {n_en} s", "{n_zh} 秒内应答的轮次 ÷ 轮次；未回复的轮次计入分母；时段与是否只看首次回复依统计口径",
	  "Rounds answered within {n_en} s / rounds; an unanswered round counts in the denominator; hours, and whether only first replies count, as the profile says",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_WITHIN_1, TALLY_ASKED_1, .within = 1, .brief = true },
	{ "answered_within_{n}", "{n_zh} 秒应答率", "Answered within {n_en} s", "{n_zh} 秒内应答的轮次 ÷ 轮次；未回复的轮次计入分母；时段与是否只看首次回复依统计口径",
	  "Rounds answered within {n_en} s / rounds; an unanswered round counts in the denominator; hours, and whether only first replies count, as the profile says",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_WITHIN_2, TALLY_ASKED_2, .within = 2, .brief = true },
	{ "noreply_num", "未回复人数", "Unanswered", "发过消息而当个业务日没有得到人工回复的客户（按客户日计），计在当日最后持有该会话的客服；机器人独自答完的不计",
	  "Customers who wrote and had no human reply within the business day, at who held them last; those whom the robot alone answered are not counted",
	  UNIT_COUNT, DIRECTION_DOWN, METRIC_SUM, PERSONS(NOREPLY), .brief = true },
	{ "reply_rate", "回复率", "Reply rate", "当个业务日得到回复的客户 ÷ 发过消息的客户（按客户日计）",
	  "Customers answered the same business day / customers who wrote (a customer counts once a day)",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_ANSWERED_DAYS, TALLY_WROTE_DAYS, .brief = true },
	{ "session_num", "会话数", "Sessions", "客户的一段连续对话：以结束操作或停顿超过 {gap} 分钟为界，先到为准；转接后双方各有一次，店铺只计一次",
	  "One customer's messages until a close or a pause longer than {gap} min; after a transfer both agents have it, the shop has it once",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_DISTINCT, TALLY_SESSIONS, TALLY_SESSIONS, .brief = true },
	{ "direct", "直接接待", "Received directly", "接待人数中不是由转接开始的聊天对", "Received pairs that did not begin with a transfer",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, PERSONS(DIRECT), .brief = false },
	{ "in", "转入", "Transferred in", "接待人数中由转接开始的聊天对；被转接的客户双方各计一次",
	    "Received pairs that began with a transfer; a transferred customer counts for both agents",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, PERSONS(IN), .brief = false },
	{ "out", "转出", "Transferred out", "以转出结束的聊天对，不论转出前是否回复",
	    "Pairs that ended with a transfer to somebody else, answered before or not",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, PERSONS(OUT), .brief = true },
	{ "effective_num", "有效接待", "Effective receptions", "接待人数中至少 {replies} 次人工回复、且首次回复后客户至少再发 {lines} 条消息的聊天对{effective_zh}",
	  "Received pairs with at least {replies} human replies and at least {lines} further customer messages after the first of them{effective}",
	  UNIT_COUNT, DIRECTION_UP, METRIC_SUM, PERSONS(EFFECTIVE), .brief = false },
	{ "slow_num", "慢响应人数", "Slowly served", "有至少 {rounds} 个轮次的回复慢于 {slow} 秒的聊天对",
	    "Pairs with at least {rounds} rounds slower than {slow} s",
	  UNIT_COUNT, DIRECTION_DOWN, METRIC_SUM, PERSONS(SLOW), .brief = false },
	{ "slow_share", "慢响应占比", "Slowly served, share", "慢响应人数 ÷ 接待人数", "Slowly served / received",
	  UNIT_RATIO, DIRECTION_DOWN, METRIC_QUOTIENT, TALLY_SLOW, TALLY_RECEIVED, .brief = false },
	{ "effective_share", "有效接待占比", "Effective receptions, share", "有效接待 ÷ 接待人数", "Effective receptions / received",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_EFFECTIVE, TALLY_RECEIVED, .brief = false },
	{ "long_num", "长接待人数", "Long receptions", "会话时长超过 {long} 分钟的聊天对", "Pairs whose session lasted longer than {long} min",
	  UNIT_COUNT, DIRECTION_DOWN, METRIC_SUM, PERSONS(LONG), .brief = false },
	{ "max_concurrent", "最大同时接待", "Most at once", "一位客服一天内同时进行中的会话数的最大值；多行合计取最大，不相加",
	  "The largest overlap of an agent's open sessions in a day; over several agents or days the largest of these, never a sum",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_MAX, TALLY_CONCURRENT, TALLY_CONCURRENT_DAYS, .brief = false, .group = GROUP_WORKLOAD },
	{ "qa_ratio", "答问比", "Answers per question", "人工客服消息数 ÷ 客户消息数（不含对机器人说的）；图片计一条",
	    "Human agent messages / customer messages (without those to a robot); an image counts 1",
	  UNIT_RATIO, DIRECTION_NONE, METRIC_QUOTIENT, TALLY_AGENT_LINES, TALLY_CUSTOMER_LINES_HUMAN, .brief = true },
	{ "customer_messages", "客户消息数", "Customer messages", "客户发出的消息，含对机器人说的；图片、文件与卡片各计一条",
	    "Messages of customers, those to a robot too; an image, a file, a card counts 1 each",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, TALLY_CUSTOMER_LINES, TALLY_CUSTOMER_LINES, .brief = false },
	{ "agent_messages", "客服消息数", "Agent messages", "人工客服发出的消息；自动回复与机器人不计",
	    "Messages of human agents; automatic replies and robots are not among them",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, TALLY_AGENT_LINES, TALLY_AGENT_LINES, .brief = false },
	{ "agent_chars", "客服字数", "Characters", "人工客服文字消息的字符数（Unicode）", "Unicode characters of human agent text",
	  UNIT_CHARS, DIRECTION_NONE, METRIC_SUM, TALLY_AGENT_CHARS, TALLY_AGENT_TEXTS, .brief = false },
	{ "transfer_rate", "转接率", "Transfer rate", "转出的会话 ÷ 接到的会话", "Transferred-out sessions / received sessions",
	  UNIT_RATIO, DIRECTION_DOWN, METRIC_QUOTIENT, TALLY_SESSIONS_OUT, TALLY_SESSIONS_HELD, .brief = false },
	{ "transfer_silent", "零回复转出", "Transferred without a word", "一句人工回复都没有就转出的会话", "Sessions transferred out without one human reply",
	  UNIT_COUNT, DIRECTION_DOWN, METRIC_SUM, TALLY_SESSIONS_OUT_SILENT, TALLY_SESSIONS_OUT, .brief = false },
	{ "fcr", "一次解决率", "Solved at first contact", "结束后 {hours} 小时内客户没有再来（双方都有小结分类时，同一分类才算再来）的会话 ÷ 会话；计在最后接待的客服；窗口未结束时为延迟统计",
	  "Sessions whose customer did not come back within {hours} h (about the same category, where both have one) / sessions, at who served last; pending until the window closes",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_FCR, TALLY_FCR_SESSIONS, .open = TALLY_FCR_OPEN },
	{ "csat", "满意率", "Satisfaction", "（非常满意 + 满意）÷ 收到的评价，邀评、主动与系统三类合计；三类另列",
	    "(Very satisfied + satisfied) / ratings received, of the three blocks together; each is shown apart",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_SATISFIED_ALL, TALLY_RATED_ALL, .brief = true, .group = GROUP_SATISFACTION },
	{ "csat_invited", "满意率（邀评）", "Satisfaction, invited", "邀请评价中（非常满意 + 满意）的比例",
	    "(Very satisfied + satisfied) / ratings after an invitation",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_SATISFIED, TALLY_RATED, .brief = false, .group = GROUP_SATISFACTION },
	{ "csat_own", "满意率（主动）", "Satisfaction, unasked", "客户主动评价中（非常满意 + 满意）的比例",
	    "(Very satisfied + satisfied) / ratings that customers gave unasked",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_SATISFIED_OWN, TALLY_RATED_OWN, .brief = false, .group = GROUP_SATISFACTION },
	{ "csat_system", "满意率（系统）", "Satisfaction, system", "系统默认评价中（非常满意 + 满意）的比例",
	    "(Very satisfied + satisfied) / ratings that the system gave by itself",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_SATISFIED_SYSTEM, TALLY_RATED_SYSTEM, .brief = false, .group = GROUP_SATISFACTION },
	{ "csat_send_rate", "邀评发送率", "Invitations sent", "发出的评价邀请 ÷ 接待人数", "Invitations / received", UNIT_RATIO, DIRECTION_UP,
	    METRIC_QUOTIENT, TALLY_INVITES, TALLY_RECEIVED, .brief = false, .group = GROUP_SATISFACTION },
	{ "csat_return_rate", "邀评回收率", "Invitations answered", "受邀评价数 ÷ 发出的评价邀请", "Ratings after an invitation / invitations",
	  UNIT_RATIO, DIRECTION_UP, METRIC_QUOTIENT, TALLY_RATED, TALLY_INVITES, .brief = false, .group = GROUP_SATISFACTION },
	{ "robot_messages", "机器人消息数", "Robot messages", "机器人发出的消息；不计入任何人工指标", "Messages of robots; in no human figure",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, TALLY_ROBOT_LINES, TALLY_ROBOT_LINES, .brief = false, .group = GROUP_ROBOT },
	{ "auto_messages", "自动回复数", "Automatic messages", "自动回复；不计入任何人工指标", "Automatic replies; in no human figure",
	  UNIT_COUNT, DIRECTION_NONE, METRIC_SUM, TALLY_AUTO_LINES, TALLY_AUTO_LINES, .brief = false, .group = GROUP_ROBOT },
	PERCENTILE("first_reply_time", "首次响应", "First reply", METRIC_FIRST_PERCENTILE, TALLY_FIRST_MS, TALLY_FIRST, 50),
	PERCENTILE("first_reply_time", "首次响应", "First reply", METRIC_FIRST_PERCENTILE, TALLY_FIRST_MS, TALLY_FIRST, 90),
	PERCENTILE("first_reply_time", "首次响应", "First reply", METRIC_FIRST_PERCENTILE, TALLY_FIRST_MS, TALLY_FIRST, 95),
	PERCENTILE("first_reply_time", "首次响应", "First reply", METRIC_FIRST_PERCENTILE, TALLY_FIRST_MS, TALLY_FIRST, 99),
	PERCENTILE("reply_time", "响应时间", "Reply", METRIC_REPLY_PERCENTILE, TALLY_REPLY_MS, TALLY_REPLY, 50),
	PERCENTILE("reply_time", "响应时间", "Reply", METRIC_REPLY_PERCENTILE, TALLY_REPLY_MS, TALLY_REPLY, 90),
	PERCENTILE("reply_time", "响应时间", "Reply", METRIC_REPLY_PERCENTILE, TALLY_REPLY_MS, TALLY_REPLY, 95),
	PERCENTILE("reply_time", "响应时间", "Reply", METRIC_REPLY_PERCENTILE, TALLY_REPLY_MS, TALLY_REPLY, 99),
#include "measure/catalogue_sales.def"
#include "measure/catalogue_work.def"
};
const size_t metrics_count = sizeof metrics / sizeof *metrics;

static const char *const rules_en[] = { "order rule (created)", "order rule first (created-first)", "payment rule (paid)" };
static const char *const rules_zh[] = { "下单判定", "下单优先判定", "付款判定" };
static const char *const refunds_en[] = { "refunds not taken off", "refunds taken off on their own day", "refunds taken off on the day of the order" };
static const char *const refunds_zh[] = { "不扣退款", "退款在退款日扣除", "退款回溯到订单日扣除" };
static const char *const treated_en[] = { "abandoned calls count against it", "abandoned calls are left out",
	"abandoned calls count only when they waited longer than that" };
static const char *const treated_zh[] = { "放弃的电话计为未达标", "放弃的电话不计", "放弃的电话等待超过该时限才计为未达标" };

static void
setting_write(const struct metric *m, struct str name, const struct measure_rules *r, struct buf *out)
{
	const struct {
		const char *name;
		int64_t value;
	} known[] = {
		{ "n", r->within_s[m->within ? m->within - 1 : 0] }, { "gap", r->session_gap_min }, { "slow", r->slow_s },
		{ "rounds", r->slow_rounds },
		{ "long", r->long_min }, { "replies", r->effective_replies }, { "lines", r->effective_lines }, { "hours", r->fcr_hours },
		{ "inquiry", r->inquiry_days }, { "payment", r->payment_days }, { "after", r->after_sales_days }, { "seconds", r->call_within_s },
		{ "short", r->call_short_s },
	};
	const struct {
		const char *name, *text;
	} words[] = {
		{ "rule", rules_en[r->attribution] }, { "rule_zh", rules_zh[r->attribution] },
		{ "refunds", refunds_en[r->sales_refunds] }, { "refunds_zh", refunds_zh[r->sales_refunds] },
		{ "treated", treated_en[r->call_abandoned] }, { "treated_zh", treated_zh[r->call_abandoned] },
		{ "postage", r->sales_postage ? "with postage" : "without postage" }, { "postage_zh", r->sales_postage ? "含邮费" : "不含邮费" },
		{ "effective", r->effective_inquiry ? ", or an inquiry" : "" }, { "effective_zh", r->effective_inquiry ? "，或询单" : "" },
	};
	const char *was = r->within_was[m->within ? m->within - 1 : 0];
	if (str_eqz(name, "n_zh"))
		buf_printf(out, was[0] ? "%lld（此前 %s）" : "%lld", (long long)known[0].value, was);
	if (str_eqz(name, "n_en"))
		buf_printf(out, was[0] ? "%lld (earlier %s)" : "%lld", (long long)known[0].value, was);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eqz(name, known[i].name))
			buf_int(out, known[i].value);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eqz(name, words[i].name))
			buf_addz(out, words[i].text);
}

void
metric_text(const struct metric *m, const char *text, const struct measure_rules *r, struct buf *out)
{
	struct str rest = str_of(text), plain;
	while (str_split(&rest, '{', &plain)) {
		buf_add(out, plain);
		ptrdiff_t end = rest.p ? str_find_char(rest, '}') : -1;
		if (end < 0)
			continue;
		setting_write(m, str_sub(rest, 0, (size_t)end), r, out);
		rest = str_sub(rest, (size_t)end + 1, rest.n);
	}
}

const struct metric *
metric_find(struct str key, const struct measure_rules *r)
{
	struct buf b;
	const struct metric *found = NULL;
	buf_init(&b, 256);
	for (size_t i = 0; !found && i < metrics_count; i++) {
		buf_clear(&b);
		metric_text(&metrics[i], metrics[i].key, r, &b);
		found = str_eq(buf_str(&b), key) ? &metrics[i] : NULL;
	}
	buf_free(&b);
	return found;
}

struct value
metric_value(const struct metric *m, const struct cell *c)
{
	return metric_value_of(m, c->t[m->sum], c->t[m->count], c->t[m->open]);
}

struct value
metric_value_of(const struct metric *m, int64_t sum, int64_t count, int64_t open)
{
	struct value v = { .sum = sum, .count = count, .set = true };
	v.pending = m->open != TALLY_NONE && open > 0;
	if (m->how == METRIC_DISTINCT)
		v.v = (double)v.count;
	else if (m->how == METRIC_SUM || m->how == METRIC_MAX)
		v.v = (double)v.sum;
	else if (v.count)
		v.v = (double)v.sum / (double)v.count;
	else
		v.set = false;
	return v;
}

const char *
unit_name(enum unit u)
{
	static const char *const names[] = { "count", "ms", "ratio", "money", "chars" };
	return names[u];
}

const char *
direction_name(enum direction d)
{
	static const char *const names[] = { "none", "up", "down" };
	return names[d];
}

const char *
group_name(enum metric_group g)
{
	static const char *const names[] = { "service", "sales", "satisfaction", "workload", "calls", "robot" };
	return names[g];
}

enum metric_source
metric_source(const struct metric *m, const struct measure_rules *r)
{
	bool person = m->sum >= TALLY_INQUIRY && m->sum < TALLY_PERSONS_END;
	if (m->sum >= TALLY_ROBOT_SESSIONS)
		return SOURCE_ROBOTS;
	if (m->sum >= TALLY_ONLINE_MS)
		return SOURCE_STATES;
	if (m->sum >= TALLY_CALLS)
		return SOURCE_CALLS;
	return person || m->sum >= TALLY_SAME_OPEN || (m->sum == TALLY_EFFECTIVE && r->effective_inquiry) ? SOURCE_ORDERS : SOURCE_CHAT;
}

bool
metric_inquires(const struct metric *m)
{
	return (m->sum >= TALLY_INQUIRY && m->sum <= TALLY_ORDERED_CUSTOMERS) || m->count == TALLY_INQUIRY || m->count == TALLY_INQUIRY_CUSTOMERS;
}
