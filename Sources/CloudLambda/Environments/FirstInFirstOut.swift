/// A queue that takes from its front in constant time.
struct FirstInFirstOut<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var front = 0

    /// How many wait.
    var count: Int { elements.count - front }
    /// Whether none waits.
    var isEmpty: Bool { count == 0 }

    /// Takes a place at the end.
    mutating func append(_ element: Element) { elements.append(element) }

    /// The first, which leaves the queue.
    mutating func popFirst() -> Element? {
        guard front < elements.count else { return nil }
        defer {
            elements[front] = nil
            front += 1
            if front == elements.count {
                elements.removeAll(keepingCapacity: true)
                front = 0
            } else if front > 64, front > elements.count / 2 {
                elements.removeFirst(front)
                front = 0
            }
        }
        return elements[front]
    }
}
