import CloudS3
import Template

extension BucketDefinition {
    /// Whom the bucket tells of what, as S3 keeps it.
    var notificationConfiguration: NotificationConfiguration {
        NotificationConfiguration(
            rules: notifications.map { notification in
                NotificationConfiguration.Rule(
                    id: notification.id, destination: notification.targetARN, events: notification.events,
                    prefix: notification.prefix, suffix: notification.suffix)
            },
            notifiesEventBridge: notifiesEventBridge)
    }
}
