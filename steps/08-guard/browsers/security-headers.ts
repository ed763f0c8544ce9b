import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import helmet from "helmet"

const self = ["'self'"]
const none = ["'none'"]

/** What tells a browser to trust nothing that is not ours. A value, and not
 * only middleware of Express: the server's own answers need it too.
 * @param isSecure whether browsers reach us by HTTPS only
 * @param loginOrigin where people log in, if that is another server: a logout
 * leads there */
export function securityHeaders(
  isSecure: boolean,
  loginOrigin?: string,
): Readonly<Record<string, string>> {
  const add = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        // These two do not follow from the first.
        baseUri: none,
        formAction: loginOrigin ? [...self, loginOrigin] : self,
        frameAncestors: none,
        objectSrc: none,
        upgradeInsecureRequests: isSecure ? [] : null,
      },
    },
    // Browsers ignore these two without HTTPS, and one of them complains.
    strictTransportSecurity: isSecure,
    crossOriginOpenerPolicy: isSecure,
    originAgentCluster: isSecure,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  })
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  add(response.req, response, () => {})
  const headers = Object.entries(response.getHeaders())
  return Object.fromEntries(headers.map(([name, it]) => [name, String(it)]))
}
