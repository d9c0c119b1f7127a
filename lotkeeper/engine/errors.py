"""What can go wrong between this process and an actor system; each error has one sentence for people."""


class EngineError(Exception):
    """Base class of the engine's errors."""


class UnsupportedThespianError(EngineError):
    """The installed Thespian is not the version whose internals the engine builds on."""


class UnsafeDirectoryError(EngineError):
    """Another user could enter the system's directory."""


class WrongThreadError(EngineError):
    """A thread tried to send as an actor: messages would be lost or change places."""


class AlreadyRunningError(EngineError):
    """Another system runs in the directory."""


class NotRunningError(EngineError):
    """No system answers in the directory."""


class OtherLabelError(EngineError):
    """The running system was started under another label, for instance by another version of the program."""


class StartFailedError(EngineError):
    """The system or its root actor did not come up; another attempt may succeed."""


class StartRefusedError(EngineError):
    """The machine does not let a system start: a full disk, no descriptors left, no permission."""


class AttachRefusedError(EngineError):
    """A system runs, but the machine does not let this process attach to it."""


class SystemGoneError(EngineError):
    """The system ended while this process was using it."""


class AskError(EngineError):
    """An ask got no answer."""


class AskTimedOutError(AskError):
    """No answer came in time; whether the message was handled is not known."""


class AskRefusedError(AskError):
    """The machine does not let this process send the ask or receive the answer."""


class ActorGoneError(AskError):
    """The actor died before it handled the message, or while it was handling it."""


class AskFailedError(AskError):
    """The actor's handler raised an error on the message."""
