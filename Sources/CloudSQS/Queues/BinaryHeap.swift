/// A heap whose first element is the least.
///
/// Elements cannot be taken out from the middle: whoever holds the truth elsewhere leaves outdated elements in, knows
/// them when they come up, and rebuilds the heap when they are too many.
struct BinaryHeap<Element: Comparable & Sendable>: Sendable {
    private var elements: [Element] = []

    var count: Int { elements.count }
    var first: Element? { elements.first }

    init() {}

    init(_ elements: some Sequence<Element>) {
        self.elements = elements.sorted()
    }

    mutating func push(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard elements[child] < elements[parent] else { return }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    @discardableResult
    mutating func pop() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let first = elements.first else { return last }
        elements[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < elements.count && elements[child] < elements[least] { least = child }
            guard least != parent else { return first }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}

/// A message by when something happens to it.
struct DueMessage: Comparable, Sendable {
    var time: Int64
    var ordinal: Int64
    var row: Int64

    static func < (left: DueMessage, right: DueMessage) -> Bool {
        left.time != right.time ? left.time < right.time : left.ordinal < right.ordinal
    }
}

/// A message group by the message that is at its head.
struct ReadyGroup: Comparable, Sendable {
    var ordinal: Int64
    var row: Int64
    var group: String

    static func < (left: ReadyGroup, right: ReadyGroup) -> Bool { left.ordinal < right.ordinal }
}
