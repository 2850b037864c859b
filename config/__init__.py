from common.masking import install_masking
from config.celery import app as celery_app

install_masking()

__all__ = ["celery_app"]
