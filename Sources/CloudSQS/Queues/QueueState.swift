import CloudCore

/// A queue as it is in memory: what may be received when, in which order, and who waits for it.
///
/// It follows the store: it changes inside the transaction that writes the change, and is read anew where one fails.
struct QueueState: Sendable {
    let number: Int64
    let name: String
    let arn: String
    let created: Int64
    var modified: Int64
    var purged: Int64?
    var attributes: QueueAttributes
    var tags: [String: String]

    private(set) var messages: [Int64: MessageEntry] = [:]
    /// Rows whose retention has ended, to be removed from the store with the next change.
    var expired: [Int64] = []
    var deduplication = DeduplicationWindow()
    /// Receives of a FIFO queue that may be repeated, by their identifier.
    var attempts: [String: ReceiveAttempt] = [:]

    /// The order of receiving in a standard queue.
    private var ready = BinaryHeap<DueMessage>()
    /// What is delayed or in flight, by when that ends.
    private var hidden = BinaryHeap<DueMessage>()
    /// Everything, by from when it is retained.
    private var ages = BinaryHeap<DueMessage>()
    private var groups: [String: MessageGroup] = [:]
    private var readyGroups = BinaryHeap<ReadyGroup>()
    private(set) var readyCount = 0
    private(set) var delayedCount = 0
    private(set) var inFlightCount = 0

    init(
        number: Int64, name: String, arn: String, created: Int64, modified: Int64, purged: Int64? = nil,
        attributes: QueueAttributes, tags: [String: String]
    ) {
        self.number = number
        self.name = name
        self.arn = arn
        self.created = created
        self.modified = modified
        self.purged = purged
        self.attributes = attributes
        self.tags = tags
    }

    var isFIFO: Bool { attributes.isFIFO }

    var facts: QueueFacts { QueueFacts(number: number, name: name, arn: arn, attributes: attributes) }

    // MARK: Time

    /// Brings the queue to a moment: what was hidden until then may be received, what is too old is gone.
    mutating func advance(to now: Int64) {
        while let first = hidden.first, first.time <= now {
            hidden.pop()
            guard let entry = messages[first.row], entry.phase != .ready, entry.visible == first.time else { continue }
            setPhase(.ready, of: first.row)
        }
        let retention = attributes.retention * 1000
        while let first = ages.first, first.time + retention <= now {
            ages.pop()
            guard let entry = messages[first.row], entry.retained == first.time else { continue }
            remove(first.row)
            expired.append(first.row)
        }
    }

    /// When something next becomes visible; nil when nothing is hidden.
    mutating func nextVisible() -> Int64? {
        while let first = hidden.first {
            if let entry = messages[first.row], entry.phase != .ready, entry.visible == first.time { return first.time }
            hidden.pop()
        }
        return nil
    }

    /// When the oldest message has been kept long enough.
    mutating func nextExpiry() -> Int64? {
        while let first = ages.first {
            if let entry = messages[first.row], entry.retained == first.time {
                return first.time + attributes.retention * 1000
            }
            ages.pop()
        }
        return nil
    }

    // MARK: Messages

    /// Takes in a message, in the order of the ordinals.
    mutating func insert(_ entry: MessageEntry) {
        messages[entry.row] = entry
        ages.push(DueMessage(time: entry.retained, ordinal: entry.ordinal, row: entry.row))
        if isFIFO, let group = entry.group { groups[group, default: MessageGroup()].append(entry.row) }
        count(entry.phase, 1)
        switch entry.phase {
        case .ready: offer(entry)
        case .delayed, .inFlight:
            if entry.phase == .inFlight, let group = entry.group { groups[group]?.inFlight += 1 }
            hidden.push(DueMessage(time: entry.visible, ordinal: entry.ordinal, row: entry.row))
        }
        compact()
    }

    /// Takes a message out.
    @discardableResult
    mutating func remove(_ row: Int64) -> MessageEntry? {
        guard let entry = messages.removeValue(forKey: row) else { return nil }
        count(entry.phase, -1)
        if isFIFO, let name = entry.group {
            groups[name]?.remove(row)
            if entry.phase == .inFlight { groups[name]?.inFlight -= 1 }
            if groups[name]?.isEmpty == true { groups[name] = nil } else { offerGroup(name) }
        }
        return entry
    }

    /// Takes everything out.
    mutating func removeAll() {
        messages = [:]
        expired = []
        attempts = [:]
        ready = BinaryHeap()
        hidden = BinaryHeap()
        ages = BinaryHeap()
        groups = [:]
        readyGroups = BinaryHeap()
        (readyCount, delayedCount, inFlightCount) = (0, 0, 0)
    }

    /// Hides a message until a moment, or shows it at once.
    mutating func setVisible(_ row: Int64, at time: Int64, now: Int64) {
        guard messages[row] != nil else { return }
        messages[row]?.visible = time
        setPhase(time <= now ? .ready : .inFlight, of: row)
    }

    /// Counts a receive: a new receipt, hidden for as long as told.
    mutating func receive(_ row: Int64, now: Int64, timeout: Int64) -> MessageEntry? {
        guard var entry = messages[row] else { return nil }
        entry.receives += 1
        entry.receipt += 1
        entry.firstReceived = entry.firstReceived ?? now
        entry.received = now
        messages[row] = entry
        setVisible(row, at: now + timeout, now: now)
        return messages[row]
    }

    private mutating func setPhase(_ phase: MessageEntry.Phase, of row: Int64) {
        guard let entry = messages[row] else { return }
        let old = entry.phase
        count(old, -1)
        count(phase, 1)
        messages[row]?.phase = phase
        if isFIFO, let name = entry.group {
            if old == .inFlight { groups[name]?.inFlight -= 1 }
            if phase == .inFlight { groups[name]?.inFlight += 1 }
            if phase == .ready { offerGroup(name) }
        } else if phase == .ready {
            offer(entry)
        }
        if phase != .ready {
            hidden.push(DueMessage(time: entry.visible, ordinal: entry.ordinal, row: row))
            compact()
        }
    }

    private mutating func offer(_ entry: MessageEntry) {
        if isFIFO, let group = entry.group {
            offerGroup(group)
        } else {
            ready.push(DueMessage(time: entry.visible, ordinal: entry.ordinal, row: entry.row))
        }
    }

    private mutating func offerGroup(_ name: String) {
        guard let group = groups[name], group.inFlight == 0, let head = group.head, let entry = messages[head],
            entry.phase == .ready
        else { return }
        readyGroups.push(ReadyGroup(ordinal: entry.ordinal, row: head, group: name))
        if readyGroups.count > 2 * groups.count + 64 {
            // Only groups that are free are worth a place.
            readyGroups = BinaryHeap(
                groups.compactMap { name, group in
                    guard group.inFlight == 0, let head = group.head, let entry = messages[head], entry.phase == .ready
                    else { return nil }
                    return ReadyGroup(ordinal: entry.ordinal, row: head, group: name)
                })
        }
    }

    private mutating func count(_ phase: MessageEntry.Phase, _ change: Int) {
        switch phase {
        case .ready: readyCount += change
        case .delayed: delayedCount += change
        case .inFlight: inFlightCount += change
        }
    }

    /// Rebuilds heaps in which outdated elements are the most.
    private mutating func compact() {
        let limit = 2 * messages.count + 64
        if ages.count > limit {
            ages = BinaryHeap(
                messages.values.map { DueMessage(time: $0.retained, ordinal: $0.ordinal, row: $0.row) })
        }
        if hidden.count > limit {
            hidden = BinaryHeap(
                messages.values.filter { $0.phase != .ready }.map {
                    DueMessage(time: $0.visible, ordinal: $0.ordinal, row: $0.row)
                })
        }
        if ready.count > limit {
            ready = BinaryHeap(
                messages.values.filter { $0.phase == .ready }.map {
                    DueMessage(time: $0.visible, ordinal: $0.ordinal, row: $0.row)
                })
        }
    }

    // MARK: Choosing

    /// Whether a receive would find anything.
    mutating func hasReceivable(at now: Int64) -> Bool {
        advance(to: now)
        guard readyCount > 0 else { return false }
        guard isFIFO else { return true }
        return inFlightCount < QueueCatalog.inFlightLimit && nextReadyGroup() != nil
    }

    /// Takes the next message of a standard queue out of the order of receiving; it has to be received, moved or removed.
    mutating func takeNext() -> Int64? {
        while let first = ready.pop() {
            if let entry = messages[first.row], entry.phase == .ready, entry.visible == first.time { return first.row }
        }
        return nil
    }

    /// The free group whose head is the oldest; it stays where it is.
    mutating func nextReadyGroup() -> String? {
        while let first = readyGroups.first {
            if let group = groups[first.group], group.inFlight == 0, group.head == first.row,
                messages[first.row]?.phase == .ready
            {
                return first.group
            }
            readyGroups.pop()
        }
        return nil
    }

    /// The messages at the head of a group that may be received together.
    func readyRows(ofGroup name: String, limit: Int) -> [Int64] {
        guard let group = groups[name] else { return [] }
        return Array(group.ordered.prefix { messages[$0]?.phase == .ready }.prefix(limit))
    }

    /// The message that would be received next, without its being received.
    mutating func peek() -> Int64? {
        guard !isFIFO else { return nextReadyGroup().flatMap { groups[$0]?.head } }
        while let first = ready.first {
            if let entry = messages[first.row], entry.phase == .ready, entry.visible == first.time { return first.row }
            ready.pop()
        }
        return nil
    }
}

/// What operations need of a queue that is not about its messages.
struct QueueFacts: Sendable {
    let number: Int64
    let name: String
    let arn: String
    let attributes: QueueAttributes

    var isFIFO: Bool { attributes.isFIFO }
}
