import CloudCore
import Foundation
import JSONValue
import NIOCore

/// What the local cloud offers about itself, under `/_darkroom/` on the edge port.
///
/// It changes the cloud (its clock), so it answers programs only, not web pages: a request that a browser sends for a
/// page of somewhere else carries an `Origin`, and is refused.
public struct ControlEndpoints: Sendable {
    static let prefix = "/_darkroom/"
    /// Where to ask for an answer that comes once everything is done that was set off.
    public static let settled = "/_darkroom/settled"

    let clock: CloudClock
    let recording: RecordingEndpoint
    /// What the cloud consists of, as JSON.
    let state: @Sendable () -> JSONValue
    /// What fires from one moment until before another, up to a number.
    let fireTimes: @Sendable (_ from: Timestamp, _ to: Timestamp, _ limit: Int) -> [PlannedFiring]

    /// How many firings one answer may list.
    private static let firingLimit = 100_000

    func respond(to request: CloudRequest) async -> CloudResponse {
        if request.header("origin") != nil {
            return answer(403, ["error": "These addresses are for programs on this machine, not for web pages."])
        }
        switch (request.method, request.path.dropFirst(Self.prefix.count)) {
        case ("GET", "health"): return answer(200, ["status": "ok"])
        case ("GET", "state"): return answer(200, state())
        case ("GET", "clock"): return answer(200, clockState)
        case ("POST", "clock"): return await turnClock(request)
        case ("GET", "schedules"): return schedules(request)
        case ("GET", "settled"):
            await clock.settled()
            return answer(200, ["settled": .bool(clock.isSettled)])
        case ("GET", "record"): return recording.respond(to: request)
        case (_, "health"), (_, "state"), (_, "clock"), (_, "schedules"), (_, "settled"), (_, "record"):
            return answer(405, ["error": .string("\(request.method) is not for \(request.path).")])
        default:
            return answer(
                404,
                [
                    "error": .string(
                        "There is no \(request.path); there are health, state, clock, schedules, settled and record.")
                ])
        }
    }

    /// What fires when: `?from=…&to=…`, by default from now on for a day; `limit` says how many at most.
    private func schedules(_ request: CloudRequest) -> CloudResponse {
        let items = request.queryItems
        func moment(_ name: String, or fallback: Timestamp) -> Timestamp? {
            items[name].map { Timestamp(iso8601: $0) } ?? fallback
        }
        guard let from = moment("from", or: clock.now), let to = moment("to", or: from + .seconds(86_400)) else {
            return answer(400, ["error": "from and to take moments such as 2026-03-01T00:00:00Z."])
        }
        guard let limit = items["limit"].map({ Int($0) }) ?? 10_000, (1...Self.firingLimit).contains(limit) else {
            return answer(400, ["error": .string("limit takes a number from 1 to \(Self.firingLimit).")])
        }
        let firings = fireTimes(from, to, limit + 1)
        return answer(
            200,
            [
                "from": .string(from.iso8601), "to": .string(to.iso8601),
                "firings": .array(firings.prefix(limit).map(\.json)), "isComplete": .bool(firings.count <= limit),
            ])
    }

    private var clockState: JSONValue {
        var state: JSONObject = ["now": .string(clock.now.iso8601WithMilliseconds)]
        switch clock.pace {
        case .frozen: state["pace"] = "frozen"
        case .running(let factor):
            state["pace"] = "running"
            state["factor"] = JSONValue(factor)
        }
        state["offsetSeconds"] = JSONValue(Double(clock.offset.wholeMilliseconds) / 1000)
        state["timers"] = JSONValue(clock.pending.count)
        if let next = clock.pending.first { state["nextTimer"] = .string(next.iso8601WithMilliseconds) }
        return .object(state)
    }

    /// `{"set": "2026-03-01T00:00:00Z"}`, `{"advanceSeconds": 60}`, `{"freeze": true}`, `{"factor": 10}`,
    /// `{"real": true}`.
    private func turnClock(_ request: CloudRequest) async -> CloudResponse {
        guard let body = try? await request.body.collect(upTo: 65536),
            case .object(let order)? = try? JSONValue(parsing: body.readableBytesView), order.count == 1,
            let (name, value) = order.first(where: { _ in true })
        else {
            return answer(400, ["error": "Send a JSON object with one of set, advanceSeconds, freeze, factor, real."])
        }
        switch name {
        case "set":
            guard let moment = value.string.flatMap({ Timestamp(iso8601: $0) }) else {
                return answer(400, ["error": "set takes a moment such as \"2026-03-01T00:00:00Z\"."])
            }
            await clock.set(to: moment)
        case "advanceSeconds":
            // A century: beyond it sums would leave what moments can say.
            guard let seconds = value.double, seconds >= 0, seconds <= 3_155_760_000 else {
                return answer(400, ["error": "advanceSeconds takes a number from 0 to 3155760000."])
            }
            await clock.advance(by: .milliseconds(Int64(seconds * 1000)))
        case "freeze" where value == true: clock.setPace(.frozen)
        case "factor":
            guard let factor = value.double, factor > 0, factor <= 1_000_000 else {
                return answer(400, ["error": "factor takes a number above 0, up to 1000000."])
            }
            clock.setPace(.running(factor: factor))
        case "real" where value == true:
            clock.setPace(.running(factor: 1))
            await clock.set(to: .machineTime)
        default:
            return answer(400, ["error": "Send a JSON object with one of set, advanceSeconds, freeze, factor, real."])
        }
        return answer(200, clockState)
    }

    private func answer(_ status: Int, _ body: JSONValue) -> CloudResponse {
        CloudResponse(
            status: status, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: body.encoded() + [0x0A])))
    }
}
