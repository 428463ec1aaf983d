import CloudCore

/// Whom notifications are delivered to, and the outbox that they are delivered from.
struct NotificationDelivery: Sendable {
    let targets: any TargetDelivery
    let outbox: DeliveryOutbox
}
