import js from "@eslint/js";
import lit from "eslint-plugin-lit";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", ".stories", ".tests", "public", "node_modules"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  lit.configs["flat/recommended"],
  {
    files: ["src/**/*.ts", "tests/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "no-restricted-globals": ["error", "event", "name"],
      "no-eval": "error",
      // A view that is not there yet is asked for with `!` only behind a guard: forbid it altogether.
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  {
    // The socket and the peer connection know no page; views know no socket.
    files: ["src/protocol/**", "src/views/state.ts", "src/views/types.ts"],
    rules: { "no-restricted-globals": ["error", "document", "window", "localStorage", "sessionStorage"] },
  },
  { files: ["src/messages/**"], rules: { "max-lines": "off" } },
);
