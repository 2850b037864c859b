"""Match parsed rows with the registry: what each of them would create or change."""
