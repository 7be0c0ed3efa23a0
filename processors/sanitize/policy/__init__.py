"""What is done with what is found: by type, by field, by domain and by organisation."""

from processors.sanitize.policy.policies import SanitizePolicies, load_policy
from processors.sanitize.policy.policy import Action, SanitizePolicy
from processors.sanitize.policy.spec import SanitizeSpec

__all__ = ["Action", "SanitizePolicies", "SanitizePolicy", "SanitizeSpec", "load_policy"]
