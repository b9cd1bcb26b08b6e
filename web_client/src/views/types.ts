/** What the server shows each role (docs/protocol.md §4, "Views"). Folded there, never decided here. */

export type Ms = number;
export type Channel = "hall" | "remote";
export type Choice = "for" | "against" | "other";
export type MeetingState = "scheduled" | "open" | "closed" | "submitted" | "approved" | "sealed";
export type RecordingState = "on" | "paused" | "secret" | "off" | "undecided";

export interface Recording {
  decided: boolean;
  record: boolean;
  transcribe: boolean;
  state: RecordingState;
  since: Ms | null;
  /** Stretches of which no sound may be kept: off record and over, or erased. */
  left_out?: [Ms, Ms][];
}

export interface Meeting {
  id: string;
  title: string;
  cell_name: string;
  parent_name: string;
  kind: string;
  place: string;
  mode: "hall" | "hybrid" | "online";
  starts_at: Ms;
  state: MeetingState;
  recording: Recording;
  chair: string;
  secretary: string;
  chair_name: string;
  secretary_name: string;
  practice: boolean;
  read_back: boolean;
  passed: boolean;
  captions_on: boolean;
  opened_at: Ms | null;
  closed_at: Ms | null;
  /** When the meeting was, which minutes tell: as the paper form has it, else as the room was opened and closed. */
  began_at?: Ms | null;
  ended_at?: Ms | null;
  /** Which steps were on the paper form first: "opened", "read_back", "passed", "closed". */
  typed?: string[];
  rephraser?: boolean;
  owed_ms: number;
  /** For the desk: speech that a better model is reading again. */
  again_ms?: number;
  disk: "ok" | "full";
  speech: "ok" | "down" | "behind";
}

export interface Person {
  session: string;
  member: string;
  name: string;
  seat: string;
  device: string;
  mic: boolean;
  voiced: boolean;
  weak: boolean;
  /** Of a weak line, for those who lead the meeting: per mille lost, round trip. */
  loss?: number;
  rtt_ms?: number;
  /** The device gives back what others say. */
  echo?: boolean;
  admitted: boolean;
  guest: boolean;
  muted: boolean;
  /** Waits for the chair's word to take part from elsewhere. */
  wants_word?: boolean;
}

/** One of the hall's several microphones. */
export interface Microphone {
  session: string;
  name: string;
  device: "hall" | "microphone";
  heard: boolean;
  /** How clear it hears a voice, 0 to 8. */
  level: number;
  weak: boolean;
  shut: boolean;
}

export interface LedgerLine {
  member: string;
  name: string;
  status: "official" | "probationary" | "temporary";
  position: string;
  eligible: boolean;
  state: "present" | "absent" | "excused" | "unknown";
  /** Exempt, suspended or away, and not here: not part of any base. */
  outside: boolean;
  here: boolean;
  /** May vote at this moment. */
  votes: boolean;
  /** Answered by voice at the roll call, and who took the answer. */
  identified: boolean;
  identified_by: string;
  /** What they answered to the invitation. */
  answer: boolean | null;
  answer_reason: string;
  /** Whether the chair lets them take part from elsewhere; null: not decided. */
  remote_allowed: boolean | null;
  remote_reason: string;
  /** Needs no word more to take part from elsewhere: by the rules, or let in already. */
  remote_free?: boolean;
  channel: Channel | "" | null;
  late: boolean;
  left_at: Ms | null;
  /** Went before the end, also where nobody wrote down when. */
  left?: boolean;
  /** When they came, as the paper form has it. */
  told_at?: Ms | null;
  left_typed?: boolean;
  /** Stepped out and came back, by the paper form. */
  out?: [Ms, Ms][];
  reason: string;
  contradictions: string[];
  /** The same by key. */
  faults: string[];
  /** Ticked on paper, entered afterwards. */
  typed?: boolean;
}

export interface Guest {
  guest: string;
  name: string;
  title: string;
  upper: boolean;
  /** On the paper form first. */
  typed?: boolean;
}

export interface Ledger {
  lines: LedgerLine[];
  total: number;
  official: number;
  probationary: number;
  eligible: number;
  present: number;
  hall: number;
  remote: number;
  absent: number;
  excused: number;
  unexcused: number;
  unknown: number;
  voters: number;
  official_all: number;
  guests: Guest[];
}

export interface AgendaItem {
  id: string;
  title: string;
  secret: boolean;
  state: "waiting" | "now" | "concluded" | "open";
  conclusion: string;
  started_at: Ms | null;
  presenter: string;
  /** Concluded on paper, entered afterwards. */
  typed?: boolean;
  /** Of what the chair may conclude, written before the meeting: at the desk only. */
  draft?: string;
}

export interface Agenda {
  items: AgendaItem[];
  now: string | null;
}

export interface Speaker {
  member: string;
  name: string;
  channel: Channel;
  since: Ms;
}

export interface Floor {
  speaker: Speaker | null;
  hands: { member: string; name: string; since: Ms }[];
  /** False: only who is invited speaks. */
  advisory: boolean;
  limit_s?: number;
  /** Who is due, then who spoke last in the hall. */
  recent?: { member: string; name: string }[];
}

export interface Caption {
  id: string;
  speaker: string;
  name: string;
  channel: Channel;
  at: Ms;
  text: string;
  spoken: string;
  doubtful: boolean;
  corrected: boolean;
  method: "speech" | "typed";
  track: string;
  start: number;
  end: number;
  item: string;
  /** The same words as other microphones heard them: not shown, but a source may name one. */
  also: string[];
  /** [from, to) characters of the text that the recogniser doubted. */
  unsure: [number, number][];
  /** Whom of the roster a short or misheard name in the text may mean: at the desk only. */
  names?: NameHint[];
  /** On the paper form first: `at` is only when it was entered. */
  typed?: boolean;
}

export interface NameHint {
  start: number;
  end: number;
  name: string;
  /** Per mille. */
  confidence: number;
}

export interface Tally {
  for: number;
  against: number;
  other: number;
}

export interface Voter {
  member: string;
  name: string;
  channel: Channel;
  voted?: boolean;
  choice?: Choice | null;
  note?: string;
}

export interface Motion {
  motion: string;
  item: string;
  text: string;
  method: string;
  threshold: string;
  options: string[];
  needed: number;
  base: number;
  voters: Voter[];
  hall_base: number;
  remote_base: number;
  hall: Tally | null;
  remote: Tally | null;
  mine: Choice | null;
  mine_note?: string;
  missing: number;
  state: "open" | "closed";
  passed: boolean;
  wording: string;
  waiting?: boolean;
  ballots?: Ballots | null;
  /** Counted on paper, entered afterwards. */
  typed?: boolean;
  reserved?: { member: string; name: string; text: string; typed?: boolean }[];
  /** What the other opinions counted in the hall, or on paper ballots, are. */
  hall_note?: string;
  /** On the display only: when it was closed. */
  closed_at?: Ms | null;
}

/** A line of the scoring sheet; points in tenths, `computed` as the record works them out. */
export interface Criterion {
  key: string;
  name: string;
  most: number;
  given: number | null;
  computed: number | null;
  why: string;
}

export interface Score {
  sheet: string;
  name: string;
  total: number | null;
  band: string;
  typed?: boolean;
  criteria: Criterion[];
}

/** Paper ballots as the counting board found them; remote members take no part. */
export interface Ballots {
  issued: number;
  returned: number;
  valid: number;
  invalid: number;
  board: string[];
  not_voting: number;
}

export interface Task {
  task: string;
  item: string;
  what: string;
  who: string[];
  /** Who, by id. */
  members?: string[];
  due: string;
  /** "trước ngày …" */
  before?: boolean;
  typed?: boolean;
}

export interface Petition {
  petition: string;
  text: string;
  to: string;
  typed?: boolean;
}

export interface Proposal {
  utterance: string;
  name: string;
  text: string;
  item: string;
}

export interface Block {
  id: string;
  kind: string;
  item: string;
  text: string;
  sources: string[];
  speaker: string;
  confidence: number;
  origin: "draft" | "hand";
  flags: string[];
  changed: number;
  proposal?: string;
  /** The proposal word by word against the block: what stays, goes out, comes in. */
  /** A block that a redraft would add after the read-back: in the minutes only when a hand takes it over. */
  offered?: boolean;
  /** The proposal is a language model's wording, checked by the server. */
  reworded?: boolean;
  /** The proposal is the block itself with one word put right. */
  respelled?: boolean;
  pieces?: ["same" | "out" | "in", string][];
}

export interface MinutesDocument {
  version: number;
  state: string;
  blocks: Block[];
  missing: string[];
  saved_at: Ms | null;
  approved: number;
  read_back: number;
  remarks: string;
  /** What was changed since the minutes were read back to the meeting. */
  changes?: { block: string; kind: string; before: string; after: string; reason: string }[];
}

export interface Display {
  item: string;
  secret: boolean;
  speaker: string | null;
  hands: string[];
  motion: Motion | null;
  shown_motion?: string;
  conclusion: string;
  captions_on: boolean;
  present: number;
  eligible: number;
}

export interface RecordView {
  number: string;
  state: string;
  sha256: string;
  versions: { version: number; sha256: string; state: string; at: Ms; file: string; signers?: string[] }[];
  approved_at: Ms | null;
}

export type ShowKind = "hall" | "camera" | "screen";

/** What may be shown in a place; `on`: it comes. */
export interface Showing {
  session: string;
  kind: ShowKind;
  name: string;
  on: boolean;
}

export interface Pictures {
  hall: Showing | null;
  shared: Showing | null;
}

export interface Me {
  member: string;
  hand: boolean;
  muted: boolean;
  speaking: boolean;
  weak: boolean;
  /** Looks on, and is sent no picture for now. */
  held?: boolean;
  /** Of these places it is sent none for now: its line bears only the other. */
  spared?: ("hall" | "shared")[];
  /** What this browser may show now. */
  shows?: ShowKind[];
  /** A phone among the hall's microphones: the one that is heard now. */
  heard?: boolean;
  in_hall_count: boolean;
  vote_refusal: string | null;
}

/** A document given out for the meeting. */
export interface Paper {
  id: string;
  title: string;
  form: "pdf" | "image" | "docx";
  size: number;
  at: number;
}

export interface Views {
  meeting: Meeting;
  people: Person[];
  ledger: Ledger;
  agenda: Agenda;
  floor: Floor;
  captions: Caption[];
  motions: Motion[];
  tasks: Task[];
  petitions: Petition[];
  proposals: Proposal[];
  document: MinutesDocument;
  display: Display;
  record: RecordView;
  documents: Paper[];
  me: Me;
  pictures: Pictures;
  score: Score;
  microphones: Microphone[];
}

export type ViewName = keyof Views;
