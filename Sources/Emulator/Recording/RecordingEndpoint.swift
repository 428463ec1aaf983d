import CloudCore
import JSONValue
import NIOCore
import Replay

/// `GET /_darkroom/record`: the lines of a session as it happens, for as long as the caller listens.
///
/// Secrets are left out before anything leaves this process. `bodyLimit` says in bytes up to which length bodies are kept,
/// `secret` (any number of times) names what is secret here beside the usual.
struct RecordingEndpoint: Sendable {
    /// Bytes of a body that are kept where the caller does not say another number.
    static let defaultBodyLimit = 16 << 20
    /// The most that a caller may ask for.
    static let largestBodyLimit = 256 << 20

    let recorder: ExchangeRecorder
    let clock: CloudClock
    let identity: CloudIdentity
    let edge: String
    let gateway: String

    func respond(to request: CloudRequest) -> CloudResponse {
        let query = request.queryItems
        let limit = query["bodyLimit"].map { Int($0) } ?? Self.defaultBodyLimit
        guard let limit, (0...Self.largestBodyLimit).contains(limit) else {
            let message: JSONValue = [
                "error": .string("bodyLimit takes a number of bytes up to \(Self.largestBodyLimit).")
            ]
            return CloudResponse(
                status: 400, headers: ["Content-Type": "application/json"], bytes: message.encoded() + [0x0A])
        }
        let names = query.items.filter { $0.name == "secret" }.compactMap(\.value)
        let subscription = recorder.subscribe(bodyLimit: limit)
        request.connection.whenClosed { [recorder] in recorder.remove(subscription) }
        let header = header
        return CloudResponse(
            status: 200, headers: ["Content-Type": "application/jsonl", "Cache-Control": "no-store"],
            body: .stream(length: nil) { [recorder] writer in
                defer { recorder.remove(subscription) }
                var redactor = SessionRedactor(secretNames: names)
                try await writer.write(Self.line(header.value))
                while let item = await subscription.next() {
                    switch item {
                    case .exchange(let exchange): try await writer.write(Self.line(redactor.record(exchange).value))
                    case .leftOut(let count): try await writer.write(Self.line(["leftOut": JSONValue(count)]))
                    }
                }
            })
    }

    private var header: SessionHeader {
        let factor: Double =
            switch clock.pace {
            case .frozen: 0
            case .running(let factor): factor
            }
        return SessionHeader(
            recorded: .machineTime, identity: identity, edge: edge, gateway: gateway, clock: clock.now, factor: factor)
    }

    private static func line(_ value: JSONValue) -> ByteBuffer {
        var bytes = value.encoded()
        bytes.append(UInt8(ascii: "\n"))
        return ByteBuffer(bytes: bytes)
    }
}
