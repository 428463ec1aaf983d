extension TimeToLive {
    /// Seconds past which a moment is none that any clock will show.
    private static let latest: Int64 = 9_000_000_000_000

    /// The second at which an item expires; nil where its attribute is no moment that DynamoDB would act on.
    func due(of item: AttributeMap) -> Int64? {
        guard case .number(let number)? = item[attribute], let due = Int64(number.text.prefix { $0 != "." }),
            (0...Self.latest).contains(due)
        else { return nil }
        return due
    }
}
