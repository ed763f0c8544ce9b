import type { ChannelApplication } from "./channel-application.ts"

/** Calls one of the applications, by the channel's name. Mirrors
 * `ChannelNameRouter`.
 * @throws Error when called with a channel that has none */
export function ChannelNameRouter(
  applications: Readonly<Record<string, ChannelApplication>>,
): ChannelApplication {
  return async (scope, receive): Promise<void> => {
    // #region channel-name
    const application = Object.hasOwn(applications, scope.channel)
      ? applications[scope.channel]
      : undefined
    if (application) return application(scope, receive)
    throw new Error(
      `No application configured for channel name "${scope.channel}"`,
    )
    // #endregion channel-name
  }
}
