import JSONValue

/// The extensions of one environment: the protocol's side of them, without any input or output.
///
/// An external extension is known by the name of its file before it registers; whoever registers under another name is
/// part of the runtime's process.
struct ExtensionRegistry: Sendable, Equatable {
    /// How many there may be, of both kinds together.
    static let limit = 10

    struct Entry: Sendable, Equatable {
        let name: String
        /// What it names itself with once it has registered.
        let identifier: String
        let isExternal: Bool
        var events: Set<ExtensionEventType> = []
        var state = ExtensionState.started
        /// What it has not asked for yet.
        var pending: ExtensionEvent?
    }

    private(set) var entries: [Entry] = []
    /// Whether extensions can still register: until the environment is ready.
    private(set) var isOpen = true
    /// Whether calls are told to extensions, which they are where there is one at a time.
    let tellsCalls: Bool

    init(tellsCalls: Bool = true) { self.tellsCalls = tellsCalls }

    /// Whether there is nobody to shut down gently for.
    var isEmpty: Bool { entries.isEmpty }
    var hasExternal: Bool { entries.contains { $0.isExternal } }
    var hasInternal: Bool { entries.contains { !$0.isExternal } }
    /// Whether every external extension has registered: the runtime starts then.
    var isRegistered: Bool { entries.allSatisfy { $0.state != .started } }
    /// Whether each waits for an event.
    var isReady: Bool { entries.allSatisfy { $0.state == .ready && $0.pending == nil } }

    /// Expects the extension of a program that is being started.
    mutating func expect(_ name: String, identifier: String) {
        entries.append(Entry(name: name, identifier: identifier, isExternal: true))
    }

    mutating func close() { isOpen = false }

    /// An extension registers. Returns its identifier.
    mutating func register(
        _ name: String, events names: [String], identifier: @autoclosure () -> String
    ) throws(ExtensionRefusal) -> String {
        let external = entries.firstIndex { $0.isExternal && $0.name == name }
        var events: Set<ExtensionEventType> = []
        for name in names {
            guard let event = ExtensionEventType(rawValue: name), tellsCalls || event != .invoke else {
                throw .unknownEvent(name)
            }
            if external == nil, event == .shutdown { throw .shutdownIsForExternalOnes }
            events.insert(event)
        }
        if let external {
            try entries[external].state.move(to: .registered, of: name)
            entries[external].events = events
            return entries[external].identifier
        }
        guard isOpen else { throw .registrationClosed }
        guard !entries.contains(where: { $0.name == name }) else { throw .nameIsTaken }
        guard entries.count < Self.limit else { throw .tooMany }
        let entry = Entry(
            name: name, identifier: identifier(), isExternal: false, events: events, state: .registered)
        entries.append(entry)
        return entry.identifier
    }

    /// An extension asks for its next event. Returns the event where there is one already.
    ///
    /// - Parameter again: whether its earlier request is gone, so that it may ask in its place.
    mutating func next(_ identifier: String, again: Bool) throws(ExtensionRefusal) -> ExtensionEvent? {
        let index = try index(of: identifier)
        if !(again && entries[index].state == .ready) {
            try entries[index].state.move(to: .ready, of: identifier)
        }
        guard let event = entries[index].pending else { return nil }
        entries[index].pending = nil
        try entries[index].state.move(to: .running, of: identifier)
        return event
    }

    /// Those who asked for a kind of event, and are there to hear it.
    func listeners(_ type: ExtensionEventType) -> [Entry] {
        entries.filter { $0.events.contains(type) && [.registered, .ready, .running].contains($0.state) }
    }

    /// Gives an event to an extension. Returns whether it waits for it; otherwise it is kept until it asks.
    mutating func deliver(_ event: ExtensionEvent, to identifier: String, isWaiting: Bool) -> Bool {
        guard let index = entries.firstIndex(where: { $0.identifier == identifier }) else { return false }
        if isWaiting, entries[index].state == .ready {
            entries[index].state = .running
            return true
        }
        entries[index].pending = event
        return false
    }

    /// An extension reports that it cannot start, or cannot go on. Returns its name.
    mutating func report(
        _ error: ExtensionState, by identifier: String
    ) throws(ExtensionRefusal) -> String {
        let index = try index(of: identifier)
        try entries[index].state.move(to: error, of: identifier)
        return entries[index].name
    }

    private func index(of identifier: String) throws(ExtensionRefusal) -> Int {
        guard
            let index = entries.firstIndex(where: { $0.identifier == identifier && $0.state != .started })
        else { throw .unknownIdentifier(identifier) }
        return index
    }
}
