import Digests
import Testing

@testable import Pictures

/// Small pictures of every kind, as an independent encoder (Pillow) wrote them, and what is true of each.
struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var base64: String
    var type: ImageType
    var width: Int
    var height: Int
    var frameCount = 1
    var orientation = 1
    var takenAt: String?

    var testDescription: String { name }
    var bytes: [UInt8] { Base64.decode(base64) ?? [] }

    static func named(_ name: String) -> Sample? { all.first { $0.name == name } }

    static let all: [Sample] = [
        Sample(
            name: "jpegWithExif",
            base64: """
                /9j/4AAQSkZJRgABAQAAAQABAAD/4QB+RXhpZgAATU0AKgAAAAgAAwEPAAIAAAAJAAAAMgESAAMAAAABAAYAAIdpAAQAAAABAAAA\
                PAAAAABEYXJrcm9vbQAAAAKQAwACAAAAFAAAAFqQEQACAAAABwAAAG4AAAAAMjAxOTowNzowNCAxMjozMDo0NQArMDI6MDAAAP/b\
                AEMAFA4PEg8NFBIQEhcVFBgeMiEeHBwePSwuJDJJQExLR0BGRVBac2JQVW1WRUZkiGVtd3uBgoFOYI2XjH2Wc36BfP/bAEMBFRcX\
                HhoeOyEhO3xTRlN8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fP/AABEIABAAGAMBIgAC\
                EQEDEQH/xAAfAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgv/xAC1EAACAQMDAgQDBQUEBAAAAX0BAgMABBEFEiExQQYTUWEH\
                InEUMoGRoQgjQrHBFVLR8CQzYnKCCQoWFxgZGiUmJygpKjQ1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoOE\
                hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4eLj5OXm5+jp6vHy8/T19vf4+fr/xAAf\
                AQADAQEBAQEBAQEBAAAAAAAAAQIDBAUGBwgJCgv/xAC1EQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGh\
                scEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqS\
                k5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/\
                AMuHSf8AZq/DpP8As1Vht7v/AJ+J/wDv4avw293/AM/E/wD38NEYS/mJw1SX8xFfaT/qvl9f6UVJfwXQERNxNjn/AJaH2or0INQg\
                lKaRnipz9tL3u35I/9k=
                """, type: .jpeg, width: 24, height: 16, orientation: 6, takenAt: "2019-07-04T12:30:45+02:00"),
        Sample(
            name: "jpegProgressive",
            base64: """
                /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7\
                gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8\
                fHx8fHx8fHz/wgARCAARACEDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAAMCBAH/xAAYAQEBAAMAAAAAAAAAAAAAAAAD\
                AQACBP/aAAwDAQACEAMQAAAB5by6MmGpraPALboLwZmDtQGv/8QAGhAAAwEBAQEAAAAAAAAAAAAAAAECAxIQEf/aAAgBAQABBQJZ\
                CyLyFkcCmhTRao+Wc0IRqLz/xAAdEQACAQQDAAAAAAAAAAAAAAAAAQMCEBMhMlGB/9oACAEDAQE/AY6n2NvI9npGPm7f/8QAHREA\
                AgIBBQAAAAAAAAAAAAAAAAECA1EQEhMxMv/aAAgBAgEBPwFJ5HPZHs5rMiLfWn//xAAZEAACAwEAAAAAAAAAAAAAAAABkQAQMiL/\
                2gAIAQEABj8CoXouaLg6Lmi5ouxf/8QAGxAAAAcBAAAAAAAAAAAAAAAAAAEQESBRYTH/2gAIAQEAAT8hzGYrINqFVXIjIJXwv//a\
                AAwDAQACAAMAAAAQYoxiBD//xAAZEQACAwEAAAAAAAAAAAAAAAABsQAQEXH/2gAIAQMBAT8QkG8CE00pIV//xAAbEQACAQUAAAAA\
                AAAAAAAAAAAAEBFBUWGRsf/aAAgBAgEBPxASDqsY2k4L/8QAIBAAAQEIAwAAAAAAAAAAAAAAAQAQESFBYaHB4VGR8f/aAAgBAQAB\
                PxBgFywhgPIgq3pbKWykMDLiM1ERk8PL1TS+OGv/2Q==
                """, type: .jpeg, width: 33, height: 17),
        Sample(
            name: "jpegRestarts",
            base64: """
                /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j\
                q62rZ4C8ybqmx5moq6T/wAALCAAYACgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF\
                BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW\
                V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi\
                4+Tl5ufo6erx8vP09fb3+Pn6/90ABAAB/9oACAEBAAA/AKEWn+1f/9BkWn+1f//Rju9P/wBXx6/0r//Sjj0/AyRX/9NVsdx+7xX/\
                1KkUNz/z2l/77Nf/1SKG5/57S/8AfZr/1ku4rgCMmeXv/Gfav//XgVLlj/rpcf75r//QdFDc/wDPaX/vs1//0a8T3n/PT/xwf4V/\
                /9J8cl4Bky/+Oj/Cv//Tjvpr1jH+845/hHt7V//Uhie8/wCen/jg/wAK/9WWJ7z/AJ6f+OD/AAr/2Q==
                """, type: .jpeg, width: 40, height: 24),
        Sample(
            name: "pngColour",
            base64: """
                iVBORw0KGgoAAAANSUhEUgAAABQAAAAKCAIAAAA7N+mxAAAAHUlEQVR4nGNkYGDgZWAnD7EwyLIzMJCJRjWPDM0AAbUHkzQibcMA\
                AAAASUVORK5CYII=
                """, type: .png, width: 20, height: 10),
        Sample(
            name: "pngPalette",
            base64: """
                iVBORw0KGgoAAAANSUhEUgAAAAkAAAAHAgMAAACn9Y/zAAAADFBMVEU0kT80VzE0LCc0ABwQ0QkRAAAAQGVYSWZNTQAqAAAACAAB\
                h2kABAAAAAEAAAAaAAAAAAABkAQAAgAAABQAAAAsAAAAADIwMDE6MDI6MDMgMDQ6MDU6MDYA/KFW9gAAAB1JREFUeJxj/M9wkGU1\
                wzUmBgYGxlCG1wyhDHAAAGQKBN8zkojUAAAAAElFTkSuQmCC
                """, type: .png, width: 9, height: 7, takenAt: "2001-02-03T04:05:06"),
        Sample(
            name: "pngAnimated",
            base64: """
                iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAACGFjVEwAAAADAAAAAM7tusAAAAAaZmNUTAAAAAAAAAAIAAAABgAA\
                AAAAAAAAAAAAAQAALghkRgAAABpJREFUeJxjZGBg4GVgx0QsDLLsDAxYED0kAL4vAku3EMVNAAAAGmZjVEwAAAABAAAACAAAAAYA\
                AAAAAAAAAAAAAAEAALV7jpIAAAAeZmRBVAAAAAJ4nGPUYGDkZWDHRCwMsuwMDFgQPSQA1goCdO2pWTwAAAAaZmNUTAAAAAMAAAAI\
                AAAABgAAAAAAAAAAAAAAAQAAWO1dewAAAB5mZEFUAAAABHicYwxgYOJlYMdELAyy7AwMWBA9JADt5QKdhgTF9QAAAABJRU5ErkJg\
                gg==
                """, type: .png, width: 8, height: 6, frameCount: 3),
        Sample(
            name: "gifStill",
            base64: """
                R0lGODdhCwANAIIAAGLLZhrLP0GRRmJiYRpiOmIuX2IDVBogNSwAAAAACwANAAAIRgAPCBxooGDBgQQNFkAosIBDhwQiShxAkaLE\
                iAIEVByAMaNHjQMCiAzgEYBJACNFnjyZMsBKkwgNykT4sOYBiTUfXtxYMSAAOw==
                """, type: .gif, width: 11, height: 13),
        Sample(
            name: "gifAnimated",
            base64: """
                R0lGODlhCAAIAIIAAEG9UQ29NS6RPEFmPA1mIEEsLg0sEi4AGSH/C05FVFNDQVBFMi4wAwEAAAAh+QQABQAAACwAAAAACAAIAAAI\
                LwANHBhI8ICBgwcKKCxw0MBChQQiEhhAcYDEihQJCNjIUUCAjwIAiATwMcBIkQEBACH5BAEFAAgALAAAAAAIAAgAgmm9UjW9NlaR\
                PWlmPTVmIWksLzUsE1YAGggvAA0cGEjwgIGDBwooLHDQwEKFBCISGEBxgMSKFAkI2MhRQICPAgCIBPAxwEiRAQEAIfkEAQUACAAs\
                AAAAAAgACACCub1Uhb04ppE/uWY/hWYjuSwxhSwVpgAcCC8ADRwYSPCAgYMHCigscNDAQoUEIhIYQHGAxIoUCQjYyFFAgI8CAIgE\
                8DHASJEBAQA7
                """, type: .gif, width: 8, height: 8, frameCount: 3),
        Sample(
            name: "webpLossy",
            base64: """
                UklGRqgAAABXRUJQVlA4IJwAAAAwBQCdASoeABUAPzmQvle0qaYjqAqqkCcJbACdMoR1B67JpbfjBd/3D5L93G7jlOtkAAD+8zk3\
                dqT+JyHO+wrS1h+giMqF2YmL66atGt+M7FKsm9E2AM7uzO8NXSmOueVm0DMFy7e2mcmXhQSEuM9DkejUZpSHv6E92drU9zGSuJdl\
                6i4l2IGjcW0bbDghKnD4WNllacL/tzdVGAA=
                """, type: .webp, width: 30, height: 21),
        Sample(
            name: "webpLossless",
            base64: """
                UklGRioAAABXRUJQVlA4TB4AAAAvDYADALkKRPQ/dhHR/4CQgHDE/6eqOg1zEAncugA=
                """, type: .webp, width: 14, height: 15),
        Sample(
            name: "webpExtended",
            base64: """
                UklGRvwAAABXRUJQVlA4WAoAAAAIAAAAHgAACQAAVlA4IGAAAACQAwCdASofAAoAPzmKulQvKaWjMAgB4CcJbACdL1AFpSyolPIA\
                AP7244RZ725X87v2sPltJTlUe/L0DMBau+72jXQK6knhffBHIu9ZKync0Ll/5cjjlRt2JyPau9n6AABFWElGdgAAAE1NACoAAAAI\
                AAMBDwACAAAACQAAADIBEgADAAAAAQAGAACHaQAEAAAAAQAAADwAAAAARGFya3Jvb20AAAACkAMAAgAAABQAAABakBEAAgAAAAcA\
                AABuAAAAADIwMTk6MDc6MDQgMTI6MzA6NDUAKzAyOjAwAAA=
                """, type: .webp, width: 31, height: 10, orientation: 6, takenAt: "2019-07-04T12:30:45+02:00"),
        Sample(
            name: "webpAnimated",
            base64: """
                UklGRmABAABXRUJQVlA4WAoAAAACAAAADwAADwAAQU5JTQYAAAAAAAAAAABBTk1GXgAAAAAAAAAAAA8AAA8AAAAAAAJWUDggRgAA\
                AFABAJ0BKhAAEAAHQJYlsAAEdAAA/tJ/VeGN8Lf/3Cl1Mu5DhUBoSd+j8aXR+NLo/IMOHv0xF9Wri8f6WtNPhzWRtQgoAABBTk1G\
                XgAAAAAAAAAAAA8AAA8AAAAAAABWUDggRgAAAFQBAJ0BKhAAEAAAAJYlsAAEdAAA/qJ7YpI/lv/+4Uupl3IcKgNCTv0fjS6PxpdH\
                5Bhw9+nUzYwJrqibgkYU0pDAZRXAAABBTk1GaAAAAAAAAAAAAA8AAA8AAAAAAABWUDggUAAAAFQBAJ0BKhAAEAAAAJYlsAAEdAAA\
                /oOEUT1Ff/3Cl1M8lgF2hG++IXmRNLzIml5kmDPiyZwoyxPn/BIp2NGNl+194bWynpZ8XVhG7Q2L3AAA
                """, type: .webp, width: 16, height: 16, frameCount: 3),
    ]
}
