import Foundation
import JSONValue
import Synchronization

/// The file of a session that is being recorded. Only whole lines are written, each at once, so that a recorder which is
/// killed leaves at most its last line unfinished.
final class SessionFile: Sendable {
    /// Why a session cannot be written.
    enum Failure: Error, CustomStringConvertible {
        case exists(String)
        case system(String, CInt)

        var description: String {
            switch self {
            case .exists(let path): "\(path) is there already: name another file with --output, or remove it."
            case .system(let path, let code): "\(path): \(String(cString: strerror(code)))."
            }
        }
    }

    private struct State {
        var rest: [UInt8] = []
        var exchanges = 0
        var leftOut = 0
        var isHeaderWritten = false
    }

    private let path: String
    private let descriptor: CInt
    private let state = Mutex(State())

    /// Makes the file; it must not be there.
    init(path: String) throws {
        self.path = path
        // Others on this machine have no business with what people sent.
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? Failure.exists(path) : .system(path, errno) }
    }

    deinit { close(descriptor) }

    /// Takes bytes as they come, and writes the lines that they complete.
    func write(_ piece: [UInt8]) throws {
        try state.withLock { state in
            // Only what is new is looked through: a line may be long, and come in many pieces.
            guard let end = piece.lastIndex(of: UInt8(ascii: "\n")) else {
                state.rest += piece
                return
            }
            let lines = state.rest + piece[...end]
            try write(all: lines[...])
            for line in lines.split(separator: UInt8(ascii: "\n")) { count(line, &state) }
            state.rest = Array(piece[(end + 1)...])
        }
    }

    private func count(_ line: ArraySlice<UInt8>, _ state: inout State) {
        if !state.isHeaderWritten {
            state.isHeaderWritten = true
        } else if line.starts(with: #"{"leftOut""#.utf8) {
            state.leftOut += (try? JSONValue(parsing: line))?["leftOut"]?.int ?? 0
        } else {
            state.exchanges += 1
        }
    }

    /// Writes the last line, which says how many there were.
    func finish() throws {
        try state.withLock { state in
            let end: JSONValue = [
                "end": ["exchanges": JSONValue(state.exchanges), "leftOut": JSONValue(state.leftOut)]
            ]
            guard state.isHeaderWritten else { return }
            try write(all: (end.encoded() + [UInt8(ascii: "\n")])[...])
            fsync(descriptor)
        }
    }

    /// What a person reads at the end.
    var summary: String {
        state.withLock { state in
            let count = state.exchanges == 1 ? "1 exchange" : "\(state.exchanges) exchanges"
            let missing = state.leftOut > 0 ? " \(state.leftOut) more came faster than they could be written." : ""
            return "\n\(count) recorded.\(missing) To replay: darkroom replay \(path)"
        }
    }

    private func write(all bytes: ArraySlice<UInt8>) throws {
        var rest = bytes
        while !rest.isEmpty {
            let step = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw Failure.system(path, errno) }
            rest = rest.dropFirst(step)
        }
    }
}
