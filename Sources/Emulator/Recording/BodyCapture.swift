import Digests
import NIOCore
import Replay
import Synchronization

/// Gathers a body on its way, up to a limit; beyond it only the length and the digest are kept.
final class BodyCapture: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var length = 0
        var digest: Digest?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func receive(_ piece: ByteBuffer) {
        state.withLock { state in
            state.length += piece.readableBytes
            if state.digest == nil, state.length > limit {
                let digest = Digest(.sha256)
                digest.update(state.bytes)
                state.bytes = []
                state.digest = digest
            }
            if let digest = state.digest {
                piece.withUnsafeReadableBytes { digest.update($0) }
            } else {
                piece.withUnsafeReadableBytes { state.bytes.append(contentsOf: $0) }
            }
        }
    }

    /// What has come. Asked once, at the end.
    func body() -> ObservedExchange.Body {
        state.withLock { state in
            guard let digest = state.digest else { return .bytes(state.bytes) }
            state.digest = nil
            return .leftOut(length: state.length, sha256: Hex.encode(digest.finalize()))
        }
    }
}
