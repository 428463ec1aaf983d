import CCurl
import Digests

/// Feeds a streamed response to libcurl. While the handler has nothing to send, its own jobs run here: the connection and
/// the handler share one thread, and neither polls.
final class Upload {
    private let response: StreamedResponse
    private let executor: RunLoopExecutor

    init(response: StreamedResponse, executor: RunLoopExecutor) {
        self.response = response
        self.executor = executor
    }

    /// Waits for the next bytes; none mean the end.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            switch response.take(into: buffer) {
            case .bytes(let count): return count
            case .ended: return 0
            case .nothingYet: executor.runNextJob()
            }
        }
    }

    /// What to say behind the last piece: that the handler failed, if it did.
    func trailers() -> [String] {
        guard case .failed(let report) = response.end else { return [] }
        return [
            "Lambda-Runtime-Function-Error-Type: \(report.headerValue)",
            "Lambda-Runtime-Function-Error-Body: \(Base64.encode(report.json))",
        ]
    }
}
