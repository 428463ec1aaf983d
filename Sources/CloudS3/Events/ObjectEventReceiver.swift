/// Takes events over from the service: what sends notifications on to functions, queues and topics.
public protocol ObjectEventReceiver: Sendable {
    /// Whether an event matters to anybody; what does not is never stored. Asked before the object is written, on the
    /// path of the request: it has to be quick.
    func wants(_ event: ObjectEvent) -> Bool

    /// Takes an event over. Once this returns, the event is the receiver's and is forgotten here; when it throws, the
    /// event is offered again later. An event may come twice after a crash.
    func receive(_ event: ObjectEvent) async throws
}
