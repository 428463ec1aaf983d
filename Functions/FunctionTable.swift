import LambdaEvents
import LambdaRuntime

/// The functions of the picture service, by the names that the template's handlers have.
public let pictureFunctions: HandlerTable = [
    "accounts": { environment in Router(AccountsFunction.routes, service: try PictureService(environment: environment))
    },
    "upload": { environment in Router(UploadFunction.routes, service: try PictureService(environment: environment)) },
    "get": { environment in
        let service = try PictureService(environment: environment)
        let cache = PictureCache(capacity: service.settings.cacheByteCount)
        return Router(GetFunction.routes(cache: cache), service: service)
    },
    "list": { environment in Router(ListFunction.routes, service: try PictureService(environment: environment)) },
    "rekognize": { environment in RekognizeFunction.router(try PictureService(environment: environment)) },
    "delete": { environment in Router(DeleteFunction.routes, service: try PictureService(environment: environment)) },
    "sweeper": { environment in
        SweeperFunction.router(
            try PictureService(environment: environment), try SweepSettings(environment: environment))
    },
    "backup": { environment in
        BackupFunction.router(
            try PictureService(environment: environment), try BackupSettings(environment: environment))
    },
    "statistics": { environment in
        Router(StatisticsFunction.routes, service: try PictureService(environment: environment))
    },
    "echo": { _ in EchoFunction() },
]
