"""Adapters that keep sessions: one SQLite file for now (`mockinterview.stores.sqlite`)."""
