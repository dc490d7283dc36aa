"""The blueprint of all pages that no area stands in the address of."""

from flask import Blueprint

blueprint = Blueprint("discussions", __name__)
