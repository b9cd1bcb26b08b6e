/** The HTTP answers (docs/protocol.md, "Shapes of the answers"). */
export interface Me {
  account: string;
  name: string;
  member: string | null;
  cell: string | null;
  cell_name: string;
  roles: string[];
  demonstration: boolean;
}

export interface Summary {
  id: string;
  title: string;
  kind: string;
  cell: string;
  cell_name: string;
  place: string;
  mode: "hall" | "hybrid" | "online";
  starts_at: number;
  state: string;
  number: string;
  chair_name: string;
  secretary_name: string;
  /** The sealed record's state in words, "" before. */
  record?: string;
  /** The sealed record is open for a correction; what was sealed last counts. */
  correcting?: boolean;
  may: string[];
}

/** GET /api/cells/{cell}/plan: a proposal, decided by nobody yet. */
export interface Plan {
  title: string;
  agenda: { id: string; title: string; secret: boolean }[];
  tasks: { what: string; who: string[]; due: string }[];
  conclusions: { item: string; text: string }[];
  on_paper: { kind: string; name: string; why: string; form: string }[];
}

export interface CellMember {
  member: string;
  name: string;
  status: string;
  position: string;
  exempt: boolean;
  suspended: boolean;
  away: boolean;
  channel: string;
}

export interface Cell {
  id: string;
  name: string;
  place?: string;
  parent_name: string;
  members: CellMember[];
  may: string[];
}

export interface Link {
  id: string;
  member: string;
  name: string;
  kind?: "member" | "helper";
  url?: string;
}

export interface Links {
  links: Link[];
  wall: { id: string; url?: string } | null;
}

export interface Invitation {
  meeting: string;
  title: string;
  cell_name: string;
  place: string;
  starts_at: number;
  wall: boolean;
  practice: boolean;
  /** The phone becomes one of the hall's microphones. */
  microphone?: boolean;
  you: { member: string; name: string } | null;
  names: { member: string; name: string }[];
}
