/** What a visitor entered to sign up or log in. */
export interface AccountForm {
  readonly username: string
  readonly password: string
  /** Where to go afterwards: a path of this site. */
  readonly next: string
}

/** Why a form was refused. */
export interface FormProblem {
  readonly sentence: string
  /** The fields to correct. */
  readonly fields: readonly ("username" | "password")[]
}

/** @param fields a parsed body or query; it may contain anything */
export function readAccountForm(fields: unknown): AccountForm {
  const { username, password, next }: Record<string, unknown> = Object(fields)
  return {
    username: textOf(username).trim().normalize("NFKC"),
    password: textOf(password),
    next: localPath(textOf(next)),
  }
}

/** @returns what is wrong with a new account's name or password, if anything */
export function problemOf(form: AccountForm): FormProblem | undefined {
  // Some letters are invisible (DI): with one, a name would look like another.
  if (!/^(?:(?!\p{DI})[\p{L}\p{N}@.+_-]){1,150}$/u.test(form.username)) {
    const sentence = "A username has 1 to 150 letters, digits or @ . + - _"
    return { sentence, fields: ["username"] }
  }
  const sentence = passwordProblemOf(form.password)
  return sentence ? { sentence, fields: ["password"] } : undefined
}

function passwordProblemOf(password: string): string | undefined {
  if (password.length < 8) return "A password has at least 8 characters."
  if (password.length > 1_000) return "That password is too long."
  return undefined
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}

/** Returns a path of this site: a login must not lead to another site. */
function localPath(next: string): string {
  const here = "http://here"
  if (!next.startsWith("/") || !URL.canParse(next, here)) return "/chat/"
  const { origin, pathname, search } = new URL(next, here)
  // A path that begins with two slashes would be another site's address.
  const isHere = origin === here && !pathname.startsWith("//")
  return isHere ? pathname + search : "/chat/"
}
