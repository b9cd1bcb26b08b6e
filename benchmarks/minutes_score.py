"""Score drafted minutes against gold ones, both in the JSON form of tests/cases/minutes/README.md.

Every rate is 0..1:
  header       date, start_time, end_time, chair, secretary, meeting_type: share that equals the gold
  attendance   counts and name lists: share of fields that equal the gold exactly
  votes        F1 of votes whose voters/for/against/abstain/result are all right
  tasks        F1 of tasks found whose person(s) and deadline are both right;  tasks_found: found at all
  conclusions  F1 of conclusions found
  opinions     F1 of opinions found (same speaker, same turns) times the share of right kinds; both also apart
  sourced      share of drafted items that name at least one source turn
  unsupported  numbers and roster names in drafted text found neither in the gold nor, spoken or written, in the turns
  score        mean of header, attendance, votes, tasks, conclusions, opinions
Off-topic opinions ("ngoài lề") of the gold are optional: neither missing nor drafting them costs anything.
"""

import json
import re
import unicodedata

COUNTS = [
    "total",
    "official",
    "probationary",
    "exempt",
    "required",
    "present",
    "present_hall",
    "present_remote",
    "voters_present",
    "absent",
]
NAMES = ["exempt_names", "absent_excused", "absent_unexcused", "late", "left_early", "guests"]
HEADER = ["date", "start_time", "end_time", "chair", "secretary", "meeting_type"]
STOP = {
    "và",
    "các",
    "của",
    "là",
    "cho",
    "với",
    "trong",
    "để",
    "theo",
    "đồng",
    "chí",
    "chi",
    "bộ",
    "về",
    "có",
    "được",
    "này",
    "đó",
    "một",
    "những",
    "khi",
    "thì",
    "mà",
    "ở",
    "từ",
}


def fold(text):
    text = unicodedata.normalize("NFC", str(text)).lower()
    return re.sub(r"(?<=\d)[.\s](?=\d{3}\b)", "", text)


def words(text):
    return [w for w in re.findall(r"\w+", fold(text)) if w not in STOP]


def alike(a, b):
    a, b = words(a), words(b)
    left = list(b)
    hit = sum(1 for w in a if w in left and not left.remove(w))
    return 2 * hit / (len(a) + len(b)) if a and b else 0.0


def turns(item):
    return set(item.get("t_orders") or []) if isinstance(item, dict) else set()


def text_of(item):
    return (
        item
        if isinstance(item, str)
        else item.get("text") or item.get("what") or item.get("question") or item.get("gist") or ""
    )


def names(value):
    value = value or []
    value = [value] if isinstance(value, str) else value
    return {fold(v.get("name") if isinstance(v, dict) else v) for v in value}


def pair(gold, draft, near):
    """Greedy best-first matching; near(g, d) is a likeness, 0 = never."""
    ranked = sorted(((near(g, d), i, j) for i, g in enumerate(gold) for j, d in enumerate(draft)), reverse=True)
    used_g, used_d, out = set(), set(), []
    for s, i, j in ranked:
        if s > 0 and i not in used_g and j not in used_d:
            used_g.add(i), used_d.add(j), out.append((gold[i], draft[j]))
    return out


def same_deadline(g, d):
    """ISO dates and null must be equal; a deadline kept in spoken words may be worded a little differently."""
    return g == d or bool(g and d and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(g)) and alike(g, d) >= 0.6)


def f1(right, n_gold, n_draft):
    return 1.0 if not n_gold and not n_draft else 2 * right / (n_gold + n_draft)


def near(g, d):
    s, shared = alike(text_of(g), text_of(d)), bool(turns(g) & turns(d))
    return s + shared if s >= 0.35 or (shared and s >= 0.2) else 0.0


def near_vote(g, d):
    return (
        len(turns(g) & turns(d)) + alike(text_of(g), text_of(d))
        if turns(g) & turns(d) or alike(text_of(g), text_of(d)) >= 0.35
        else 0.0
    )


DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spoken(n):
    """Ways in which 0 <= n < 10**9 is said in Vietnamese (full and everyday forms)."""
    if n < 10:
        return {DIGITS[n]} | ({"tư"} if n == 4 else set())
    if n < 100:
        ten, one = divmod(n, 10)
        heads = (
            {"mười"}
            if ten == 1
            else {f"{d} mươi" for d in spoken(ten)} | {f"{d} chục" for d in spoken(ten)} | {DIGITS[ten]}
        )
        tails = (
            {""} if one == 0 else {DIGITS[one]} | {1: {"mốt"}, 4: {"tư"}, 5: {"lăm", "nhăm", "rưỡi"}}.get(one, set())
        )
        return {f"{h} {x}".strip() for h in heads for x in tails} - ({DIGITS[ten]} if one == 0 else set())
    for unit, name in ((10**6, ("triệu", "củ")), (1000, ("nghìn", "ngàn")), (100, ("trăm",))):
        if n >= unit:
            head, rest = divmod(n, unit)
            out = set()
            for h in spoken(head):
                for u in name:
                    if rest == 0:
                        out.add(f"{h} {u}")
                    if rest * 2 == unit:
                        out |= {f"{h} {u} rưỡi", f"{h} {u} rưởi"}
                    if rest and rest % (unit // 10) == 0:
                        out |= {
                            f"{h} {u} {x}"
                            for x in spoken(rest // (unit // 10)) | ({"mốt"} if rest * 10 == unit else set())
                        }
                    if rest and unit == 10**6 and rest % 1000 == 0:
                        out |= {f"{h} {u} {x}" for x in spoken(rest // 1000)}
                    if rest:
                        link = ("", "không trăm", "linh", "lẻ")
                        out |= {f"{h} {u} {k} {x}".replace("  ", " ") for k in link for x in spoken(rest)}
            if unit == 1000 and 1900 <= n < 2100:
                out |= {f"hai không {x}" for x in spoken(n % 100)}
            return out
    raise AssertionError("n is out of range")


def said_aloud(number, text):
    value = int(number)
    return f" {number} " in text or (value < 10**9 and any(f" {s} " in text for s in spoken(value)))


def score(gold, draft, roster=(), turns_said=()):
    out = {}
    out["header"] = sum(gold.get(k) == draft.get(k) for k in HEADER) / len(HEADER)
    ga, da = gold["attendance"], draft.get("attendance") or {}
    rows = [ga.get(k) == da.get(k) for k in COUNTS if k in ga] + [
        names(ga.get(k)) == names(da.get(k)) for k in NAMES if k in ga
    ]
    out["attendance"] = sum(rows) / len(rows)

    gv, dv = gold["votes"], draft.get("votes") or []
    right = sum(
        all(g.get(k) == d.get(k) for k in ("voters", "for", "against", "abstain", "result"))
        for g, d in pair(gv, dv, near_vote)
    )
    out["votes"] = f1(right, len(gv), len(dv))

    gt, dt = gold["tasks"], draft.get("tasks") or []
    found = pair(gt, dt, near)
    right = sum(
        names(g.get("who")) == names(d.get("who")) and same_deadline(g.get("deadline"), d.get("deadline"))
        for g, d in found
    )
    out["tasks"], out["tasks_found"] = f1(right, len(gt), len(dt)), f1(len(found), len(gt), len(dt))

    gc, dc = gold["conclusions"], draft.get("conclusions") or []
    out["conclusions"] = f1(len(pair(gc, dc, near)), len(gc), len(dc))

    go, do = gold["opinions"], draft.get("opinions") or []
    met = pair(
        go,
        do,
        lambda g, d: (
            (len(turns(g) & turns(d)) + alike(text_of(g), text_of(d)))
            if fold(g["speaker"]) == fold(d.get("speaker", "")) and turns(g) & turns(d)
            else 0.0
        ),
    )
    off = sum(o["kind"] == "ngoài lề" for o in go)
    met_on = [(g, d) for g, d in met if g["kind"] != "ngoài lề"]
    n_draft = len(do) - (len(met) - len(met_on))
    kinds = sum(g["kind"] == d.get("kind") for g, d in met_on) / len(met_on) if met_on else 0.0
    out["opinions_found"] = f1(len(met_on), len(go) - off, n_draft)
    out["kinds"] = kinds
    out["opinions"] = out["opinions_found"] * kinds

    items = [x for k in ("opinions", "votes", "tasks", "conclusions") for x in draft.get(k) or []]
    out["sourced"] = sum(bool(turns(x)) for x in items) / len(items) if items else 0.0
    said = fold(json.dumps(gold, ensure_ascii=False))
    body = fold(" ".join(text_of(x) for x in items))
    heard = " " + " ".join(re.findall(r"\w+", fold(" ".join(x["text"] for x in turns_said)))) + " "
    speakers = {fold(x["speaker"]) for x in turns_said}
    year = int((gold.get("date") or "0")[:4])
    known = (
        set(re.findall(r"\d+", said))
        | {str(y) for y in (year - 1, year, year + 1)}
        | {f"{n:02d}" for n in range(10)}
        | {str(n) for n in range(10)}
    )
    out["unsupported"] = sorted(
        {n for n in re.findall(r"\d+", body) if n not in known and not said_aloud(n, heard)}
        | {
            m["name"]
            for m in roster
            if fold(m["name"]) in body
            and fold(m["name"]) not in said
            and fold(m["name"]) not in speakers
            and f" {fold(m['name']).split()[-1]} " not in heard
        }
    )
    parts = ["header", "attendance", "votes", "tasks", "conclusions", "opinions"]
    out["score"] = sum(out[p] for p in parts) / len(parts)
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in out.items()}
