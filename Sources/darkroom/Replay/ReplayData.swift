import Emulator
import Foundation

/// The data that replays work on, and the seeds of their identifiers.
///
/// Two replays that are to come out the same must begin with the same data: the second gets a copy that was made before
/// the first. And data that lasts must never see an identifier twice: each replay on it counts on from a seed of its own.
struct ReplayData {
    /// What one replay begins with.
    struct Place {
        var data: CloudConfiguration.Data
        var seed: String
    }

    let first: Place
    let second: Place
    private let copy: URL?

    private static let counter = "replays"

    /// The data of a directory, or none.
    init(directory: String?, keepsCopy: Bool) throws {
        guard let directory else {
            first = Place(data: .ephemeral, seed: "darkroom replay")
            second = first
            copy = nil
            return
        }
        let files = FileManager.default
        let url = URL(fileURLWithPath: directory)
        try files.createDirectory(at: url, withIntermediateDirectories: true)
        if keepsCopy {
            let place = files.temporaryDirectory.appendingPathComponent("darkroom-replay-\(UUID().uuidString)")
            try files.copyItem(at: url, to: place)
            copy = place
        } else {
            copy = nil
        }
        let counter = url.appendingPathComponent(Self.counter)
        let number =
            (files.contents(atPath: counter.path).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
        try Data(String(number).utf8).write(to: counter, options: .atomic)
        let seed = "darkroom replay \(number)"
        first = Place(data: .directory(directory), seed: seed)
        second = Place(data: .directory(copy?.path ?? directory), seed: seed)
    }

    func removeCopy() {
        if let copy { try? FileManager.default.removeItem(at: copy) }
    }
}
