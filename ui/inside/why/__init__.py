"""The page Why?"""
