"""What can go wrong between this process and an actor system; each carries one sentence for a person."""


class EngineError(Exception):
    """Root of the engine's errors."""


class UnsupportedThespianError(EngineError):
    """The installed Thespian is not the version whose internals the engine builds on."""


class UnsafeDirectoryError(EngineError):
    """The system's directory could be entered by somebody other than this user."""


class WrongThreadError(EngineError):
    """A thread tried to send in an actor's name: messages would be lost or change places."""


class AlreadyRunningError(EngineError):
    """Another system lives in the directory."""


class NotRunningError(EngineError):
    """No system answers in the directory."""


class OtherLabelError(EngineError):
    """The system that runs was started under another label, by another version of the program for instance."""


class StartFailedError(EngineError):
    """The system or its root actor did not come up; another try may succeed."""


class StartRefusedError(EngineError):
    """The machine does not let a system start: a full disk, no descriptors left, no permission."""


class AttachRefusedError(EngineError):
    """A system runs, but the machine does not let this process join it."""


class SystemGoneError(EngineError):
    """The system ended while this process was using it."""


class AskError(EngineError):
    """An ask brought no answer."""


class AskTimedOutError(AskError):
    """No answer came in time; whether the message was handled is not known."""


class AskRefusedError(AskError):
    """The machine does not let this process ask, or hear the answer."""


class ActorGoneError(AskError):
    """The actor died before it took the message, or while it had it in hand."""


class AskFailedError(AskError):
    """The actor's handler raised an error on the message."""
