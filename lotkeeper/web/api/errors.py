"""Why a request to the API is not done, with the HTTP status."""

from http import HTTPStatus


class ApiError(Exception):
    """The text is one sentence for people: what was wrong, where, and what is allowed."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


def bad_request(text: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, text)


def not_found(text: str) -> ApiError:
    return ApiError(HTTPStatus.NOT_FOUND, text)


def unavailable(text: str) -> ApiError:
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, text)
