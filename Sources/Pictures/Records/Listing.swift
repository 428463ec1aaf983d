import Digests

/// What a person asks to see of their pictures.
public struct Listing: Sendable, Hashable {
    /// In which order pictures come.
    public enum Order: String, Sendable, CaseIterable {
        /// The last uploaded first.
        case newest
        /// By key, byte by byte.
        case key
    }

    /// In which order pictures come.
    public var order: Order
    /// Only keys that begin so.
    public var prefix: String?
    /// Only pictures on which recognition saw this, or a kind of it.
    public var label: String?
    /// Only pictures on which recognition read this.
    public var text: String?
    /// Only pictures of this class: the admin's where there is one, otherwise the predicted.
    public var pictureClass: String?
    /// Only pictures in this state of recognition.
    public var state: RecognitionState.Name?

    /// Everything, in an order.
    public init(order: Order = .newest) { self.order = order }

    /// Whether every picture is asked for.
    public var isUnfiltered: Bool {
        prefix == nil && label == nil && text == nil && pictureClass == nil && state == nil
    }

    /// What a cursor is bound to: the owner, the order and the filters.
    func fingerprint(for owner: UserID) -> String {
        let fields =
            [owner.text, order.rawValue] + [prefix, label, text, pictureClass, state?.rawValue].map { $0 ?? "\u{0}" }
        // Lengths keep apart what a separator alone would not.
        let joined = fields.map { "\($0.utf8.count):\($0)" }.joined()
        return Hex.encode(Digest.of(joined.utf8, .sha256).prefix(8))
    }
}
