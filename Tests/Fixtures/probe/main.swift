import LambdaRuntime

// A program of many small functions, each of which does one thing that a Lambda service must be able to live with. Tests
// run it under whichever service they are about; `_HANDLER` names the function.
Lambda.run([
    "echo": { _ in Echo() },
    "describe": { _ in Describe() },
    "typed": { _ in Typed() },
    "fail": { _ in Fail() },
    "fill": { _ in Fill() },
    "stream": { _ in Stream() },
    "sleep": { _ in Sleep() },
    "leave": { _ in Leave() },
    "print": { _ in Print() },
    "closing": { _ in Closing() },
    "background": { _ in Background() },
    "refuse-start": { _ in throw StartRefused() },
    "leave-at-start": { _ in leaveAtStart() },
    "start-late": { environment in try await Sleep(startingAfter: environment.int("START_MILLISECONDS") ?? 0) },
])
