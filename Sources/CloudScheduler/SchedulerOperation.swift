import CloudCore

/// The operations of EventBridge Scheduler, each with its route, as in the service's model.
enum SchedulerOperation: String, Sendable, CaseIterable {
    case createSchedule = "CreateSchedule"
    case getSchedule = "GetSchedule"
    case updateSchedule = "UpdateSchedule"
    case deleteSchedule = "DeleteSchedule"
    case listSchedules = "ListSchedules"
    case createScheduleGroup = "CreateScheduleGroup"
    case getScheduleGroup = "GetScheduleGroup"
    case deleteScheduleGroup = "DeleteScheduleGroup"
    case listScheduleGroups = "ListScheduleGroups"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case listTagsForResource = "ListTagsForResource"

    /// The method, the path in front of what varies, and the member that varies.
    var route: (method: String, path: String, member: String?) {
        switch self {
        case .createSchedule: ("POST", "/schedules/", "Name")
        case .getSchedule: ("GET", "/schedules/", "Name")
        case .updateSchedule: ("PUT", "/schedules/", "Name")
        case .deleteSchedule: ("DELETE", "/schedules/", "Name")
        case .listSchedules: ("GET", "/schedules", nil)
        case .createScheduleGroup: ("POST", "/schedule-groups/", "Name")
        case .getScheduleGroup: ("GET", "/schedule-groups/", "Name")
        case .deleteScheduleGroup: ("DELETE", "/schedule-groups/", "Name")
        case .listScheduleGroups: ("GET", "/schedule-groups", nil)
        case .tagResource: ("POST", "/tags/", "ResourceArn")
        case .untagResource: ("DELETE", "/tags/", "ResourceArn")
        case .listTagsForResource: ("GET", "/tags/", "ResourceArn")
        }
    }

    /// Members that come in the query, by the names that they have there.
    var queryMembers: [String: String] {
        switch self {
        case .getSchedule, .deleteSchedule: ["groupName": "GroupName", "clientToken": "ClientToken"]
        case .deleteScheduleGroup: ["clientToken": "ClientToken"]
        case .listSchedules:
            [
                "ScheduleGroup": "GroupName", "MaxResults": "MaxResults", "NamePrefix": "NamePrefix",
                "NextToken": "NextToken", "State": "State",
            ]
        case .listScheduleGroups:
            ["MaxResults": "MaxResults", "NamePrefix": "NamePrefix", "NextToken": "NextToken"]
        default: [:]
        }
    }

    /// The operation that a request asks for, with what its path says; nil for none.
    static func find(method: String, path: String) -> (operation: SchedulerOperation, value: String?)? {
        for operation in allCases where operation.route.method == method {
            let route = operation.route
            guard route.member != nil else {
                if path == route.path || path == route.path + "/" { return (operation, nil) }
                continue
            }
            guard path.hasPrefix(route.path), path.utf8.count > route.path.utf8.count else { continue }
            return (operation, PercentEncoding.decode(path.dropFirst(route.path.count)))
        }
        return nil
    }
}
