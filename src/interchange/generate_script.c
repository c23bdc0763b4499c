/* The plan of one conversation: who says what, in which order, and where the faults are. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define TEXT_BYTES 65536 /* taken once: LINES_MAX lines of a few hundred bytes fit */
#define SCRATCH_BYTES 8192

const char *const sender_names[SENDER_COUNT] = { "customer", "agent", "robot", "auto", "system" };
const char *const fault_names[FAULT_COUNT] = {
	"over_promise", "paid_review", "perfunctory",           "asked_thrice",           "slow_reply",
	"no_greeting",  "no_closing",  "handover_without_note", "refund_above_authority", "robot_beside_the_point",
	"unanswered",   "agent_hour",
};

enum err
script_init(struct script *s)
{
	buf_init(&s->text, TEXT_BYTES);
	buf_init(&s->scratch, SCRATCH_BYTES);
	return buf_room(&s->text, TEXT_BYTES) && buf_room(&s->scratch, SCRATCH_BYTES) ? OK : ERR_NO_MEMORY;
}

void
script_free(struct script *s)
{
	buf_free(&s->text);
	buf_free(&s->scratch);
}

void
script_begin(struct script *s)
{
	buf_clear(&s->text);
	s->lines = s->plants = s->end_line = 0;
	s->wanted = 0;
	s->agent = s->other = NOBODY;
	s->move_line = s->again_line = -1;
	s->will_pay = true;
	s->moved_silently = s->crawling = s->ungreeted = false;
}

static bool
wants(const struct script *s, enum fault f)
{
	return s->wanted >> f & 1;
}

static void
plant(struct script *s, enum fault f, int line)
{
	if (s->plants < (int)(sizeof s->planted / sizeof *s->planted))
		s->planted[s->plants++] = (struct planted){ f, line, s->line[line].agent };
	s->wanted &= ~(1u << f);
}

static void
line_add(struct script *s, enum sender from, struct str text)
{
	static const struct {
		const char *mark, *kind;
	} marks[] = { { "@image ", "image" }, { "@file ", "file" }, { "@card ", "card" } };
	if (s->lines == LINES_MAX || text.n > s->text.cap - s->text.n)
		return;
	struct line *l = &s->line[s->lines];
	*l = (struct line){ .sender = from, .kind = from == FROM_SYSTEM ? "event" : "text", .agent = s->agent };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(text, str_of(marks[i].mark))) {
			text = str_sub(text, strlen(marks[i].mark), text.n);
			l->kind = marks[i].kind;
		}
	l->from = s->text.n;
	l->length = text.n;
	buf_add(&s->text, text);
	s->lines++;
}

/* What fingers do in a hurry: one word of the line mistyped. */
static bool
line_mistype(struct script *s, struct str text)
{
	static const char *const wrong[][2] = {
		{ "请问", "请文" }, { "什么", "神马" }, { "怎么", "肿么" },  { "没有", "木有" }, { "退款", "推款" }, { "多少", "多小" },
		{ "发货", "发或" }, { "可以", "可一" }, { "这个", "zhege" }, { "便宜", "便易" }, { "质量", "质良" },
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct str right = str_of(wrong[i][0]);
		ptrdiff_t at = str_find(text, right);
		if (at < 0)
			continue;
		char copy[512];
		size_t head = (size_t)at, n = strlen(wrong[i][1]);
		if (text.n + n >= sizeof copy)
			return false;
		memcpy(copy, text.p, head);
		memcpy(copy + head, wrong[i][1], n);
		memcpy(copy + head + n, text.p + head + right.n, text.n - head - right.n);
		line_add(s, FROM_CUSTOMER, (struct str){ copy, text.n - right.n + n });
		return true;
	}
	return false;
}

static void
line_with_tail(struct script *s, enum sender from, struct str text, const char *tail)
{
	char copy[512];
	size_t n = strlen(tail);
	if (text.n + n > sizeof copy) {
		line_add(s, from, text);
		return;
	}
	memcpy(copy, text.p, text.n);
	memcpy(copy + text.n, tail, n); /* NOLINT(bugprone-not-null-terminated-result): a struct str */
	line_add(s, from, (struct str){ copy, text.n + n });
}

static bool
ends_in_word(struct str text)
{
	static const char *const marks[] = {
		"？", "！", "~", "。", "?", "!", "😊", "😂", "🌹", "🙏", "啦", "哦", "呢", "吧", "吗", "见", "快", "利", "…",
	};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_ends(text, str_of(marks[i])))
			return false;
	return text.n > 9 && (unsigned char)text.p[text.n - 1] >= 0x80;
}

/* A customer's line with the habits of customers: typing errors, a sentence in two messages, a smile. */
static void
customer_line(struct script *s, struct str text)
{
	static const char *const calm[] = { "😂", "😊", "~", "哈", "呀", "😄", NULL };
	static const char *const worried[] = { "😭", "🙏", "……", "！", "😩", NULL };
	int habit = pick(s->r, 0, 99);
	struct str comma = STR("，");
	ptrdiff_t cut = str_find(text, comma);
	const char *smile = list_pick(s->r, s->talk->mood ? worried : calm);
	if (str_starts(text, STR("@")) || text.n < 9)
		line_add(s, FROM_CUSTOMER, text);
	else if (habit < 5 && line_mistype(s, text))
		return;
	else if (habit < 14 && cut > 5 && text.n - (size_t)cut > 8) {
		line_add(s, FROM_CUSTOMER, str_sub(text, 0, (size_t)cut));
		line_add(s, FROM_CUSTOMER, str_sub(text, (size_t)cut + comma.n, text.n));
	} else if (habit < 20 && s->talk->mood < 2 && ends_in_word(text))
		line_with_tail(s, FROM_CUSTOMER, text, smile);
	else
		line_add(s, FROM_CUSTOMER, text);
}

static void
agent_line(struct script *s, struct str text)
{
	static const char *const warm[] = { "哦", "哦~", "呢", "~", "😊", "🌹", NULL };
	int style = s->agents && s->agent >= 0 ? s->agents[s->agent].style : 0;
	bool tail = style == 0 && s->talk->mood < 2 && percent(s->r, 16);
	const char *t = list_pick(s->r, warm);
	if (tail && ends_in_word(text) && !str_starts(text, STR("@")))
		line_with_tail(s, FROM_AGENT, text, t);
	else
		line_add(s, FROM_AGENT, text);
}

/* Say a template; the index of the first line it became. */
static int
say(struct script *s, enum sender from, const char *template)
{
	int first = s->lines < LINES_MAX ? s->lines : LINES_MAX - 1;
	struct str rest, piece;
	buf_clear(&s->scratch);
	slots_render(&s->k, template, &s->scratch);
	rest = buf_str(&s->scratch);
	while (str_split(&rest, '|', &piece)) {
		if (from == FROM_CUSTOMER)
			customer_line(s, piece);
		else if (from == FROM_AGENT)
			agent_line(s, piece);
		else
			line_add(s, from, piece);
	}
	return first;
}

static int
say_any(struct script *s, enum sender from, const char *const *list)
{
	return say(s, from, list_pick(s->r, list));
}

static int
choices(const char *const list[ASKS_MAX])
{
	int n = 0;
	while (n < ASKS_MAX && list[n])
		n++;
	return n;
}

static bool
exchange_fits(const struct script *s, const struct exchange *e)
{
	bool about = !e->about || strstr(e->about, s->k.product->noun);
	return about && (!e->trades || (e->trades & IN(s->trade)));
}

/* Is there an opening that a robot understands? */
bool
script_robot_knows(const struct script *s)
{
	for (size_t i = 0; i < s->talk->opens; i++)
		if (s->talk->open[i].robot && exchange_fits(s, &s->talk->open[i]))
			return true;
	return false;
}

static const struct exchange *
exchange_pick(struct script *s, const struct exchange *list, size_t n)
{
	const struct exchange *e;
	do
		e = &list[pick(s->r, 0, (int)n - 1)];
	while (!exchange_fits(s, e));
	return e;
}

static const char *
reply_pick(struct script *s, const struct exchange *e, int asked)
{
	int n = choices(e->reply);
	return e->reply[e->paired && asked < n ? asked : pick(s->r, 0, n - 1)];
}

/* The customer asks, nobody answers yet; which of the asks it was. */
static int
ask(struct script *s, const struct exchange *e)
{
	int i = pick(s->r, 0, choices(e->ask) - 1);
	say(s, FROM_CUSTOMER, e->ask[i]);
	return i;
}

static bool
customer_waits(const struct script *s)
{
	int i = s->lines;
	while (i > 0 && s->line[i - 1].sender != FROM_CUSTOMER && s->line[i - 1].sender != FROM_AGENT)
		i--;
	return i > 0 && s->line[i - 1].sender == FROM_CUSTOMER;
}

static void
human_reply(struct script *s, const char *template)
{
	int first = s->lines;
	bool slow = customer_waits(s) && (s->crawling || (wants(s, FAULT_SLOW) && percent(s->r, 50)));
	bool sorry = slow && percent(s->r, 60);
	if (slow) {
		for (int n = pick(s->r, 0, 2); n > 0; n--)
			s->line[say_any(s, FROM_CUSTOMER, say_waiting)].pace = PACE_WAITING;
		first = s->lines;
	}
	if (sorry)
		say_any(s, FROM_AGENT, say_sorry);
	say(s, FROM_AGENT, template);
	if (slow && first < s->lines) {
		s->line[first].pace = PACE_SLOW;
		plant(s, FAULT_SLOW, first);
	}
	if (s->ungreeted && first < s->lines)
		plant(s, FAULT_NO_GREETING, first);
	s->ungreeted = false;
}

/* The first human words of this holder: a greeting, unless leaving it out is planted. */
static void
greet(struct script *s, const char *const *list)
{
	if (wants(s, FAULT_NO_GREETING) && list == say_hello)
		s->ungreeted = true; /* the next reply is her first line */
	else
		human_reply(s, list_pick(s->r, list));
}

/* The customer's last words (not a picture). */
static void
question_keep(struct script *s, char *room, size_t n)
{
	int line = s->lines - 1;
	while (line > 0 && (s->line[line].kind[0] != 't' || s->line[line].sender != FROM_CUSTOMER))
		line--;
	struct str q = utf8_head(line_text(s, line), 40);
	if (q.n > n)
		q.n = 0;
	memcpy(room, q.p, q.n);
	s->k.question = (struct str){ room, q.n };
}

static void
ask_thrice(struct script *s)
{
	char room[200];
	question_keep(s, room, sizeof room);
	for (int i = 0; i < 2; i++) {
		human_reply(s, list_pick(s->r, say_beside));
		int again = say_any(s, FROM_CUSTOMER, say_again);
		if (i == 1)
			plant(s, FAULT_THRICE, again);
	}
	s->k.question = STR_NONE;
}

static void
more(struct script *s)
{
	int few = pick(s->r, 0, 2), left = few + pick(s->r, 0, 3);
	unsigned taken = 0;
	for (size_t i = 0; i < s->talk->mores; i++) {
		const struct exchange *e = &s->talk->more[i];
		bool skip = left <= 0 || ((int)(s->talk->mores - i) > left && percent(s->r, 45));
		if ((skip && !e->must) || (e->excludes & taken) || !exchange_fits(s, e) || s->lines > LINES_MAX - 60)
			continue;
		int asked = ask(s, e);
		left--;
		taken |= e->excludes;
		if (wants(s, FAULT_PERFUNCTORY)) {
			human_reply(s, list_pick(s->r, say_perfunctory));
			plant(s, FAULT_PERFUNCTORY, s->lines - 1);
			continue;
		}
		human_reply(s, reply_pick(s, e, asked));
		if (wants(s, FAULT_PROMISE))
			plant(s, FAULT_PROMISE, say_any(s, FROM_AGENT, say_promise));
	}
	if (wants(s, FAULT_PROMISE))
		plant(s, FAULT_PROMISE, say_any(s, FROM_AGENT, say_promise));
}

static void
finish(struct script *s)
{
	bool speaks = percent(s->r, 78), welcome = speaks && s->talk->mood < 2 && percent(s->r, 45);
	s->end_line = s->lines;
	if (speaks)
		say_any(s, FROM_CUSTOMER, s->talk->mood == 2 ? say_angry_end : say_thanks);
	if (wants(s, FAULT_BRIBE))
		plant(s, FAULT_BRIBE, say_any(s, FROM_AGENT, say_bribe));
	if (!wants(s, FAULT_NO_CLOSING)) {
		int close = s->lines;
		bool lull = !customer_waits(s);
		human_reply(s, list_pick(s->r, welcome ? say_welcome : say_close));
		if (lull && close < s->lines)
			s->line[close].pace = PACE_LULL;
		return;
	}
	if (s->line[s->lines - 1].sender != FROM_AGENT)
		human_reply(s, percent(s->r, 50) ? "好的" : "嗯嗯，好的");
	plant(s, FAULT_NO_CLOSING, s->lines - 1);
}

static void
auto_greeting(struct script *s, int after)
{
	if (s->lines >= LINES_MAX - 1)
		return;
	say_any(s, FROM_AUTO, say_auto);
	struct line a = s->line[s->lines - 1];
	memmove(&s->line[after + 2], &s->line[after + 1], (size_t)(s->lines - 2 - after) * sizeof a);
	s->line[after + 1] = a;
}

static void
hand_over(struct script *s)
{
	int from = s->agent;
	s->move_line = s->lines;
	s->agent = NOBODY;
	s->k.agent = s->agents[s->other].nick;
	say(s, FROM_SYSTEM, "会话已转接给客服 {name}");
	s->agent = s->other;
	s->other = from;
}

/* The opening of the customer; *ret_exchange and the return value say what was asked. */
static int
open_ask(struct script *s, const struct exchange **ret, bool robot_knows)
{
	if (percent(s->r, 24))
		say_any(s, FROM_CUSTOMER, say_knock);
	do
		*ret = exchange_pick(s, s->talk->open, s->talk->opens);
	while (robot_knows && !(*ret)->robot);
	return ask(s, *ret);
}

static void
robot_part(struct script *s, const struct exchange *e, bool only)
{
	if (wants(s, FAULT_ROBOT_BESIDE))
		plant(s, FAULT_ROBOT_BESIDE, say_any(s, FROM_ROBOT, say_robot_lost));
	else
		say(s, FROM_ROBOT, e->robot);
	if (only)
		say_any(s, FROM_CUSTOMER, say_thanks);
	else
		say_any(s, FROM_CUSTOMER, say_human);
}

static void
script_robot(struct script *s, bool only)
{
	const struct exchange *e = NULL;
	int holder = s->agent;
	s->agent = NOBODY;
	int asked = open_ask(s, &e, !wants(s, FAULT_ROBOT_BESIDE));
	robot_part(s, e, only);
	if (only)
		return;
	say(s, FROM_SYSTEM, "已为您转接人工客服 {name}");
	s->agent = holder;
	greet(s, say_hello);
	human_reply(s, reply_pick(s, e, asked));
	more(s);
	finish(s);
}

static void
script_move(struct script *s, bool silent)
{
	const struct exchange *e;
	int asked = open_ask(s, &e, false);
	if (percent(s->r, 80))
		auto_greeting(s, 0);
	s->moved_silently = silent;
	if (!silent) {
		greet(s, say_hello);
		human_reply(s, list_pick(s->r, say_moving));
	}
	hand_over(s);
	greet(s, say_hello_moved);
	human_reply(s, reply_pick(s, e, asked));
	e = exchange_pick(s, s->talk->more, s->talk->mores);
	asked = ask(s, e);
	human_reply(s, reply_pick(s, e, asked));
	finish(s);
}

static void
script_usual(struct script *s)
{
	const struct exchange *e;
	int asked = open_ask(s, &e, false);
	if (percent(s->r, 80))
		auto_greeting(s, 0);
	greet(s, say_hello);
	if (wants(s, FAULT_THRICE))
		ask_thrice(s);
	human_reply(s, reply_pick(s, e, asked));
	more(s);
	finish(s);
}

static void
script_unanswered(struct script *s, bool night)
{
	const struct exchange *e;
	open_ask(s, &e, false);
	for (int n = pick(s->r, 0, 2); n > 0; n--)
		s->line[say_any(s, FROM_CUSTOMER, say_waiting)].pace = PACE_WAITING;
	if (night)
		say_any(s, FROM_AUTO, say_auto_night);
	else
		auto_greeting(s, 0);
	for (int i = s->lines - 1; i >= 0; i--)
		if (s->line[i].sender == FROM_CUSTOMER) {
			plant(s, FAULT_UNANSWERED, i);
			break;
		}
}

static void
script_nudge(struct script *s)
{
	s->crawling = false;
	say_any(s, FROM_AGENT, say_nudge);
	s->end_line = s->lines;
	say_any(s, FROM_CUSTOMER, s->will_pay ? say_nudged_yes : say_nudged_no);
	human_reply(s, list_pick(s->r, say_close));
}

void
script_write(struct script *s, enum shape shape)
{
	switch (shape) {
	case SHAPE_USUAL:
		script_usual(s);
		break;
	case SHAPE_ROBOT:
	case SHAPE_ROBOT_ONLY:
		script_robot(s, shape == SHAPE_ROBOT_ONLY);
		break;
	case SHAPE_MOVE:
	case SHAPE_MOVE_SILENT:
		script_move(s, shape == SHAPE_MOVE_SILENT);
		break;
	case SHAPE_UNANSWERED:
	case SHAPE_NIGHT:
		script_unanswered(s, shape == SHAPE_NIGHT);
		break;
	case SHAPE_NUDGE:
		script_nudge(s);
		break;
	}
}

void
script_again(struct script *s, const struct talk *talk)
{
	int first = s->lines;
	const struct exchange *e;
	s->talk = talk;
	s->again_line = first;
	int asked = open_ask(s, &e, false);
	s->line[first].pace = PACE_NEW_SESSION;
	greet(s, say_hello);
	human_reply(s, reply_pick(s, e, asked));
	more(s);
	finish(s);
}
