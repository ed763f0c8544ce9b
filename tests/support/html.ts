/** A script element as a browser reads it. */
export interface ScriptElement {
  readonly attributes: Readonly<Record<string, string>>
  /** Between its tags. Character references like `&amp;` are text there. */
  readonly text: string
  /** The text after its end tag; undefined if it has none. */
  readonly after: string | undefined
}

/** The first script element of a page, or the one with an id. */
export function scriptIn(html: string, id?: string): ScriptElement | undefined {
  const begin = /<script\b((?:[^>"']|"[^"]*"|'[^']*')*)>/i.exec(html)
  if (!begin) return undefined
  const [tag, inTag = ""] = begin
  const script = readScript(inTag, html.slice(begin.index + tag.length))
  if (id === undefined || script.attributes.id === id) return script
  return scriptIn(script.after ?? "", id)
}

/** The end tag ends the element, also within quotes, but not after a comment
 * that has begun a script within the script, as the HTML standard requires. */
function readScript(inTag: string, rest: string): ScriptElement {
  const attributes = attributesOf(inTag)
  let isComment = false
  let isNested = false
  for (const mark of rest.matchAll(/<!--|-->|<(\/?)script(?=[\s/>])/gi)) {
    const [text, slash] = mark
    if (text === "<!--") isComment = true
    else if (text === "-->") isComment = isNested = false
    else if (slash === "") isNested = isComment
    else if (isNested) isNested = false
    else {
      const after = rest.slice(rest.indexOf(">", mark.index) + 1)
      return { attributes, text: rest.slice(0, mark.index), after }
    }
  }
  return { attributes, text: rest, after: undefined }
}

/** In any order, with any quotes. */
function attributesOf(inTag: string): Record<string, string> {
  const pattern = /([^\s=/>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g
  const found = [...inTag.matchAll(pattern)].map(
    ([, name = "", double, single, bare]) => {
      return [name.toLowerCase(), double ?? single ?? bare ?? ""]
    },
  )
  return Object.fromEntries(found)
}

const references: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
}

/** The text of the first element of a kind, as a browser shows it; undefined if
 * there is none. */
export function textIn(html: string, element: string): string | undefined {
  const pattern = new RegExp(`<${element}\\b[^>]*>([^<]*)</${element}>`)
  const text = pattern.exec(html)?.[1]
  return text?.replace(
    /&(?:lt|gt|quot|#39|amp);/g,
    (it) => references[it] ?? it,
  )
}
