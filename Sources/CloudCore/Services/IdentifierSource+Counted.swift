import Digests
import Synchronization

extension IdentifierSource {
    /// Identifiers that look random and come in the same order each time, for replays that must come out the same.
    ///
    /// - Parameter seed: another one gives others. Data that lasts must never see the same seed twice.
    public static func counted(seed: String) -> IdentifierSource {
        let count = Counter()
        let bytesOfSeed = Array(seed.utf8)
        return IdentifierSource(
            bytes: { length in
                var bytes: [UInt8] = []
                while bytes.count < length {
                    let number = count.next()
                    bytes += Digest.of(bytesOfSeed + withUnsafeBytes(of: number.bigEndian, Array.init), .sha256)
                }
                return Array(bytes.prefix(length))
            }, branch: { counted(seed: "\(seed)/\($0)") })
    }

    private final class Counter: Sendable {
        private let value = Atomic<UInt64>(0)

        func next() -> UInt64 { value.add(1, ordering: .relaxed).newValue }
    }
}
