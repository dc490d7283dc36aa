"""The conformance kit: what the contract asks of a plugin, each rule by name.

`forum plugin check NAME` and `forum.testing.contract.PluginContract` run the same rules.
"""
