import type { ChannelApplication } from "./channel-application.ts"

/** Calls one of the applications, by the channel's name. Mirrors
 * `ChannelNameRouter`.
 * @throws Error when called for a channel that has none */
export function ChannelNameRouter(
  applications: Readonly<Record<string, ChannelApplication>>,
): ChannelApplication {
  return async (scope, receive): Promise<void> => {
    // #region route-channel-name
    const { channel } = scope
    const isKnown = Object.hasOwn(applications, channel)
    const application = isKnown ? applications[channel] : undefined
    if (application) return application(scope, receive)
    throw new Error(`No application configured for channel name '${channel}'`)
    // #endregion route-channel-name
  }
}
