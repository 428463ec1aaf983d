/// The elements of an answer that comes in pages; each page is asked for when the one before it is used up.
public struct Paged<Element: Sendable>: AsyncSequence, Sendable {
    /// Asks for the page that a mark stands before; nil asks for the first. Returns the mark of the next page, nil at
    /// the end.
    typealias Load = @Sendable (_ mark: (any Sendable)?) async throws -> (elements: [Element], next: (any Sendable)?)

    private let load: Load

    init(load: @escaping Load) { self.load = load }

    /// Goes through the pages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let load: Load
        private var page: ArraySlice<Element> = []
        private var mark: (any Sendable)?
        private var isStarted = false

        fileprivate init(load: @escaping Load) { self.load = load }

        /// The next element; nil at the end.
        public mutating func next() async throws -> Element? {
            // A page may be empty and still not be the last.
            while page.isEmpty {
                if isStarted, mark == nil { return nil }
                let (elements, next) = try await load(mark)
                isStarted = true
                page = elements[...]
                mark = next
            }
            return page.popFirst()
        }
    }

    /// Starts from the first page.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(load: load) }

    /// All elements.
    public func collect() async throws -> [Element] {
        var all: [Element] = []
        for try await element in self { all.append(element) }
        return all
    }
}
