"""A fuzzer of ``prove`` that shares no code with the engine: generator, oracle, runner."""
