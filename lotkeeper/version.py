__version__ = "0.2.0"
ENGINE_LABEL = f"lotkeeper {__version__}"  # by which a command knows whether a running service speaks its language
