import { admin } from "./admin.js";
import { approving } from "./approving.js";
import { archive } from "./archive.js";
import { common } from "./common.js";
import { conduct } from "./conduct.js";
import { hall } from "./hall.js";
import { home } from "./home.js";
import { join } from "./join.js";
import { minutes } from "./minutes.js";
import { picture } from "./picture.js";
import { room } from "./room.js";
import { supervision } from "./supervision.js";

/** Every sentence the web client says, in Vietnamese, by screen. Plain words, the address of the cell ("đồng chí"), no jargon. */
export const t = {
  ...common,
  ...join,
  ...room,
  ...conduct,
  ...hall,
  ...picture,
  ...minutes,
  ...approving,
  ...home,
  ...archive,
  ...supervision,
  ...admin,
} as const;
